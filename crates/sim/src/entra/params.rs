//! Parameters of a form or a query.

use http::Method;

use super::error::Refusal;
use crate::wire::Incoming;

/// Parameters by name; an empty value counts as none, as at Microsoft.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    fn parse(text: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// The parameters of the address.
    pub(crate) fn of_query(request: &Incoming) -> Self {
        Self::parse(request.query.as_deref().unwrap_or_default().as_bytes())
    }

    /// The parameters of a posted form.
    ///
    /// A body of another type counts as no form at all, so that the first parameter that is needed is
    /// missing: Entra's own answer to JSON at the token endpoint.
    pub(crate) fn of_form(request: &Incoming) -> Result<Self, Refusal> {
        if request.method != Method::POST {
            return Err(Refusal::new(
                900_561,
                format!(
                    "The endpoint only accepts POST requests. Received a {} request.",
                    request.method
                ),
            ));
        }
        let is_form = request.header("content-type").is_some_and(|kind| {
            kind.split(';').next().is_some_and(|kind| {
                kind.trim()
                    .eq_ignore_ascii_case("application/x-www-form-urlencoded")
            })
        });
        Ok(if is_form {
            Self::parse(&request.body)
        } else {
            Self::default()
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    pub(crate) fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| {
            Refusal::new(
                900_144,
                format!("The request body must contain the following parameter: '{name}'."),
            )
        })
    }

    /// Values separated by spaces.
    pub(crate) fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).unwrap_or_default().split_ascii_whitespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(content_type: &str, body: &'static str) -> Incoming {
        let mut headers = http::HeaderMap::new();
        headers.insert("content-type", content_type.parse().unwrap());
        Incoming {
            method: Method::POST,
            path: "/".to_owned(),
            query: None,
            headers,
            body: body.into(),
            base: "http://localhost".to_owned(),
        }
    }

    #[test]
    fn a_form_is_read_and_json_is_no_form() {
        let form = Params::of_form(&post(
            "application/x-www-form-urlencoded; charset=utf-8",
            "a=1%2B1&b=&c=x+y",
        ))
        .unwrap();
        assert_eq!(form.get("a"), Some("1+1"));
        assert_eq!(form.get("b"), None);
        assert_eq!(form.words("c").collect::<Vec<_>>(), ["x", "y"]);
        let json = Params::of_form(&post("application/json", "{\"a\":1}")).unwrap();
        assert_eq!(json.need("grant_type").unwrap_err().code, 900_144);
    }

    #[test]
    fn only_a_post_carries_a_form() {
        let mut request = post("application/x-www-form-urlencoded", "a=1");
        request.method = Method::GET;
        assert_eq!(Params::of_form(&request).unwrap_err().code, 900_561);
    }
}
