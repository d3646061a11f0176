//! Conversations of groups: computed ones, continued ones, new ones.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Tenant;
use super::planner::Author;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) author: Author,
    pub(crate) at: Timestamp,
    pub(crate) content_type: String,
    pub(crate) content: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Thread {
    pub(crate) id: String,
    pub(crate) topic: String,
    /// The oldest first.
    pub(crate) posts: Vec<Post>,
}

/// What was changed of the conversations since the start.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ThreadChanges {
    /// New and continued ones, by group.
    kept: BTreeMap<Uuid, Vec<Thread>>,
    deleted: BTreeSet<String>,
}

impl Tenant {
    fn computed(&self, task: u64) -> Option<Thread> {
        let about = self.thread_task(task);
        let id = about.thread?;
        let posts = self
            .comments(task)
            .into_iter()
            .map(|comment| Post {
                id: format!("AAMkC{:03}{id}", comment.number),
                author: comment.author,
                at: comment.at,
                content_type: "html".to_owned(),
                content: format!(
                    "<html><body><div>{}</div><a href=\"https://tasks.office.example/task/{}\">{}\
                     </a></body></html>",
                    escaped(comment.text),
                    about.id,
                    escaped(&about.title),
                ),
            })
            .collect();
        Some(Thread {
            topic: format!("Comments on task \"{}\"", about.title),
            id,
            posts,
        })
    }

    /// The conversations of a group.
    pub(crate) fn threads_of(&self, group: Uuid) -> Vec<Thread> {
        let kept = self.threads.kept.get(&group).map_or(&[][..], Vec::as_slice);
        self.computed_threads(group)
            .filter_map(|task| self.computed(task))
            .filter(|thread| kept.iter().all(|kept| kept.id != thread.id))
            .chain(kept.iter().cloned())
            .filter(|thread| !self.threads.deleted.contains(&thread.id))
            .collect()
    }

    /// A conversation of a group.
    pub(crate) fn thread(&self, group: Uuid, id: &str) -> Option<Thread> {
        if self.threads.deleted.contains(id) {
            return None;
        }
        let kept = self.threads.kept.get(&group).into_iter().flatten();
        let kept = kept.into_iter().find(|thread| thread.id == id).cloned();
        kept.or_else(|| self.computed(self.computed_thread(group, id)?))
    }

    /// Keeps a new or continued conversation.
    pub(crate) fn keep_thread(&mut self, group: Uuid, thread: Thread) {
        let kept = self.threads.kept.entry(group).or_default();
        kept.retain(|kept| kept.id != thread.id);
        kept.push(thread);
    }

    pub(crate) fn delete_thread(&mut self, id: &str) {
        self.threads.deleted.insert(id.to_owned());
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
