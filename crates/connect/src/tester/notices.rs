use fairlead_domain::report::Notice;

use super::checks::has_premium_plans;
use super::facts::Facts;
use crate::subject::Subject;

/// What is worth knowing about a connection and changes no verdict.
pub(super) async fn of(facts: &Facts) -> Vec<Notice> {
    let mut notices: Vec<Notice> = of_profile(&facts.subject);
    if facts.inspector.is_some() && has_premium_plans(facts).await {
        notices.push(Notice {
            id: "planner-premium-plans".to_owned(),
            text: "the tenant has premium plans: they live outside Microsoft Graph's Planner API, so no product that \
                   works through it sees them"
                .to_owned(),
        });
    }
    notices
}

/// The notices of the profile that concern the way it is connected.
pub(crate) fn of_profile(subject: &Subject) -> Vec<Notice> {
    subject
        .profile
        .notices_for(subject.connection.owner, subject.connection.credential)
        .map(|notice| Notice {
            id: notice.id.clone(),
            text: notice.text.clone(),
        })
        .collect()
}
