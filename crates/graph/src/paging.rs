//! Lists: every page, and only pages of this cloud's Graph.
//!
//! <https://learn.microsoft.com/graph/paging>

use std::collections::HashSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::client::{Graph, Request};
use crate::error::GraphError;

/// How often a list is read that leads back to where it was.
const ATTEMPTS: u32 = 3;

#[derive(Deserialize)]
pub(crate) struct Page<T> {
    pub(crate) value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    pub(crate) next: Option<String>,
}

impl Graph {
    /// Every item of a list. A page may be empty and still have a next one.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        request: &Request,
    ) -> Result<Vec<T>, GraphError> {
        Ok(self.list_up_to(request, usize::MAX).await?.0)
    }

    /// The items of a list until there are at least `enough`; whether there may be more. A list that
    /// leads back to a page of its own is begun again, in case that passes.
    pub(crate) async fn list_up_to<T: DeserializeOwned>(
        &self,
        request: &Request,
        enough: usize,
    ) -> Result<(Vec<T>, bool), GraphError> {
        let mut attempt = 1;
        loop {
            match self.pages(request, enough).await {
                Err(GraphError::PageLoop { .. }) if attempt < ATTEMPTS => attempt += 1,
                other => return other,
            }
        }
    }

    async fn pages<T: DeserializeOwned>(
        &self,
        request: &Request,
        enough: usize,
    ) -> Result<(Vec<T>, bool), GraphError> {
        let mut items = Vec::new();
        let mut seen = HashSet::new();
        let mut request = request.clone();
        loop {
            seen.insert(request.url.to_string());
            let reply = self.send(&request).await?;
            let page: Page<T> = reply.json()?;
            items.extend(page.value);
            let Some(next) = page.next else {
                return Ok((items, false));
            };
            if items.len() >= enough {
                return Ok((items, true));
            }
            let next = Url::parse(&next).map_err(|_| GraphError::ForeignNextLink {
                call: reply.label.clone(),
                host: "a malformed address".to_owned(),
            })?;
            if !self.cloud().graph.covers(&next) {
                return Err(GraphError::ForeignNextLink {
                    call: reply.label.clone(),
                    host: next.host_str().unwrap_or_default().to_owned(),
                });
            }
            if seen.contains(next.as_str()) {
                return Err(GraphError::PageLoop {
                    call: reply.label.clone(),
                });
            }
            request = request.at(next);
        }
    }
}
