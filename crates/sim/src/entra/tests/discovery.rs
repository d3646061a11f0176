use super::*;
use crate::scenario::Defect;

fn document(bench: &mut Bench, tenant: &str) -> Result<Value, u64> {
    body(&bench.get(
        &format!("/{tenant}/v2.0/.well-known/openid-configuration"),
        &[],
    ))
}

#[test]
fn a_domain_tells_the_tenant_and_its_cloud() {
    let mut bench = Bench::new();
    let id = bench.world.tenant.id;
    let found = document(&mut bench, "contoso.example").unwrap();
    assert_eq!(found["issuer"], format!("{BASE}/{id}/v2.0").as_str());
    assert_eq!(
        found["token_endpoint"],
        format!("{BASE}/{id}/oauth2/v2.0/token").as_str()
    );
    assert_eq!(
        found["device_authorization_endpoint"],
        format!("{BASE}/{id}/oauth2/v2.0/devicecode").as_str()
    );
    assert_eq!(found["cloud_instance_name"], "microsoftonline.com");
    assert_eq!(found["msgraph_host"], "graph.microsoft.com");
    assert_eq!(found["tenant_region_scope"], "EU");
    assert!(found["cloud_graph_host_name"].is_string());
}

#[test]
fn the_words_common_and_organizations_name_no_tenant() {
    let mut bench = Bench::new();
    for word in ["common", "organizations"] {
        let found = document(&mut bench, word).unwrap();
        assert_eq!(
            found["issuer"],
            format!("{BASE}/{{tenantid}}/v2.0").as_str()
        );
        assert!(found["tenant_region_scope"].is_null());
    }
}

#[test]
fn what_is_no_tenant_is_refused() {
    let mut bench = Bench::new();
    assert_eq!(document(&mut bench, "fabrikam.example"), Err(90_002));
    assert_eq!(document(&mut bench, "contoso"), Err(900_023));
    bench.world.tenant.defects.insert(Defect::DomainGone);
    assert_eq!(document(&mut bench, "contoso.example"), Err(90_002));
}

#[test]
fn a_tenant_of_another_cloud_says_so() {
    let mut bench = Bench::new();
    bench.world.tenant.defects.insert(Defect::OtherCloud);
    let found = document(&mut bench, "contoso.example").unwrap();
    assert_eq!(found["cloud_instance_name"], "microsoftonline.us");
    assert_eq!(found["msgraph_host"], "graph.microsoft.us");
}

#[test]
fn tokens_are_signed_with_a_published_key() {
    let mut bench = Bench::new();
    let keys = body(&bench.get("/{tid}/discovery/v2.0/keys", &[])).unwrap();
    let key = &keys["keys"][0];
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    bench.principal();
    bench.add_secret("s", 1);
    let tokens = bench.app_only("s", GRAPH).unwrap();
    let token = tokens["access_token"].as_str().unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let head: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(signed.split('.').next().unwrap())
            .unwrap(),
    )
    .unwrap();
    assert_eq!(head["kid"], key["kid"]);
    aws_lc_rs::rsa::PublicKeyComponents {
        n: bytes("n"),
        e: bytes("e"),
    }
    .verify(
        &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256,
        signed.as_bytes(),
        &URL_SAFE_NO_PAD.decode(signature).unwrap(),
    )
    .unwrap();
}

#[test]
fn a_managed_domain_is_told_from_an_unknown_one() {
    let mut bench = Bench::new();
    let at = |bench: &mut Bench, user: &str| {
        body(&bench.get(&format!("/common/userrealm/{user}"), &[])).unwrap()["account_type"].clone()
    };
    assert_eq!(at(&mut bench, "a@contoso.example"), "Managed");
    assert_eq!(at(&mut bench, "a@fabrikam.example"), "Unknown");
}
