//! A person's way through the pages, as a browser goes it.

use fairlead_sim::options::Options;

use super::desk::{Desk, LOOPBACK, back};

fn flow_of(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"flow\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_administrator_signs_in_reviews_and_consents_to_a_vendors_app() {
    let desk = Desk::open(Options::default()).await;
    let vendor = desk.ready().vendors[0].clone();
    let start = desk.get(&vendor.page, &[]).await.text().await.unwrap();
    let (_, link) = start.split_once("href=\"").unwrap();
    let link = link.split('"').next().unwrap().replace("&amp;", "&");
    let first = desk.get(&link, &[]).await.text().await.unwrap();
    assert!(
        first.contains("Sign in") && !first.contains("<script"),
        "{first}"
    );
    let login = format!("{}/common/login", desk.ready().login);
    let admin = &desk.ready().admin;
    let review = desk
        .post(
            &login,
            &[
                ("flow", &flow_of(&first)),
                ("login", &admin.user),
                ("passwd", &admin.password),
                ("act", "sign-in"),
            ],
        )
        .await
        .text()
        .await
        .unwrap();
    assert!(review.contains(&vendor.name) && review.contains("Read and write all groups"));
    let done = desk
        .post(&login, &[("flow", &flow_of(&review)), ("act", "accept")])
        .await;
    assert_eq!(back(&done, "admin_consent").as_deref(), Some("True"));
    let location = done.headers()["location"].to_str().unwrap().to_owned();
    let end = desk.get(&location, &[]).await.text().await.unwrap();
    assert!(end.contains("The consent has arrived"), "{end}");
}

#[tokio::test]
async fn a_cancelled_sign_in_goes_back_with_an_error() {
    let desk = Desk::open(Options::default()).await;
    let page = desk
        .get(
            &desk.login("/oauth2/v2.0/authorize"),
            &[
                ("client_id", &desk.ready().bootstrap_client_id.to_string()),
                ("response_type", "code"),
                ("redirect_uri", LOOPBACK),
                ("scope", "User.Read"),
                ("state", "x y"),
            ],
        )
        .await
        .text()
        .await
        .unwrap();
    let done = desk
        .post(
            &format!("{}/common/login", desk.ready().login),
            &[("flow", &flow_of(&page)), ("act", "cancel")],
        )
        .await;
    assert_eq!(back(&done, "error").as_deref(), Some("access_denied"));
    assert_eq!(back(&done, "state").as_deref(), Some("x y"));
}

#[tokio::test]
async fn the_portal_says_what_it_is_and_repairs_what_graph_can_not() {
    let desk = Desk::alone(&["premium-plans", "stranger-key"]).await;
    let portal = desk
        .get(&desk.ready().portal, &[])
        .await
        .text()
        .await
        .unwrap();
    assert!(portal.contains("This is the simulated portal"));
    assert_eq!(portal.matches("/portal/repair").count(), 1, "{portal}");
    let repair = format!("{}/repair", desk.ready().portal);
    let done = desk.post(&repair, &[("scenario", "premium-plans")]).await;
    assert_eq!(done.status(), 303);
    let nothing = desk.post(&repair, &[("scenario", "clock-skew")]).await;
    assert_eq!(nothing.status(), 404);
}
