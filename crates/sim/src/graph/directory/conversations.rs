use http::StatusCode;
use serde_json::{Value, json};

use super::fixed::Fixed;
use super::groups::find;
use crate::graph::access::exchange_denied;
use crate::graph::envelope::Reply;
use crate::graph::odata::{Entity, Linked, List, Select, collection, show};
use crate::graph::refusal::{Layer, Refusal};
use crate::graph::request::Request;
use crate::tenant::World;
use crate::tenant::groups::Group;
use crate::tenant::planner::Author;
use crate::tenant::threads::{Post, Thread};

/// Conversations of a group, which hold the comments on its plans' tasks.
pub(super) fn serve(world: &mut World, request: &Request<'_>) -> Result<Reply, Refusal> {
    let group = find(world, request)?;
    reaches(world, request, &group)?;
    let path = request.endpoint.path;
    match request.endpoint.method {
        "POST" if path.ends_with("/reply") => reply(world, request, &group),
        "POST" => create(world, request, &group),
        "DELETE" => {
            let thread = thread(world, request, &group)?;
            world.tenant.delete_thread(&thread.id);
            Ok(Reply::no_content())
        }
        _ if path.ends_with("/threads") => {
            let threads = world.tenant.threads_of(group.id);
            let views = threads
                .into_iter()
                .map(|thread| ThreadView(world, thread))
                .collect();
            request.list(world, &List::of(&collection::THREADS, views))
        }
        _ if path.ends_with("/posts") => {
            let thread = thread(world, request, &group)?;
            let posts = thread.posts.iter();
            let posts = posts.map(|post| shown(world, &thread.id, post)).collect();
            request.list(world, &List::of(&collection::POSTS, posts))
        }
        _ => {
            let thread = thread(world, request, &group)?;
            super::one(request, &ThreadView(world, thread), &["posts"])
        }
    }
}

/// Only Microsoft 365 groups have conversations; a signed-in user reads those of public groups and
/// of the own ones, and writes in the own ones.
fn reaches(world: &World, request: &Request<'_>, group: &Group) -> Result<(), Refusal> {
    if !group.unified {
        return Err(not_found("group mailbox"));
    }
    let Some(user) = request.claims.user else {
        return Ok(());
    };
    let inside = world.tenant.is_member(group.id, user)
        || world.tenant.group_owners(group.id).contains(&user);
    let public = group.visibility.as_deref() == Some("Public");
    if inside || (public && request.endpoint.method == "GET") {
        return Ok(());
    }
    Err(exchange_denied())
}

fn not_found(what: &str) -> Refusal {
    Refusal::new(
        Layer::State,
        StatusCode::NOT_FOUND,
        "ErrorItemNotFound",
        format!("The specified object was not found in the store ({what})."),
    )
}

fn thread(world: &World, request: &Request<'_>, group: &Group) -> Result<Thread, Refusal> {
    world
        .tenant
        .thread(group.id, request.second_id())
        .ok_or_else(|| not_found("conversation thread"))
}

fn person(world: &World, author: Author) -> Value {
    let person = author.user.and_then(|user| world.tenant.person(user));
    json!({"emailAddress": {
        "name": person.map(|person| person.display_name()),
        "address": person.and_then(|person| person.mail()),
    }})
}

fn shown(world: &World, thread: &str, post: &Post) -> Fixed {
    let from = person(world, post.author);
    Fixed::new(
        "post",
        json!({
            "id": post.id,
            "changeKey": "CQAAABYAAAD",
            "createdDateTime": post.at,
            "lastModifiedDateTime": post.at,
            "receivedDateTime": post.at,
            "hasAttachments": false,
            "body": {"contentType": post.content_type, "content": post.content},
            "from": from,
            "sender": from,
            "conversationThreadId": thread,
        }),
    )
}

#[derive(Debug, Clone)]
struct ThreadView<'a>(&'a World, Thread);

impl Entity for ThreadView<'_> {
    fn kind(&self) -> &'static str {
        "conversationThread"
    }

    fn property(&self, name: &str) -> Value {
        let Self(world, thread) = self;
        match name {
            "id" => json!(thread.id),
            "topic" => json!(thread.topic),
            "preview" => {
                let last = thread.posts.last().map(|post| post.content.as_str());
                json!(
                    last.unwrap_or_default()
                        .chars()
                        .take(100)
                        .collect::<String>()
                )
            }
            "lastDeliveredDateTime" => json!(thread.posts.last().map(|post| post.at)),
            "uniqueSenders" => {
                let names = thread.posts.iter().filter_map(|post| {
                    let person = world.tenant.person(post.author.user?)?;
                    Some(person.display_name())
                });
                json!(names.collect::<std::collections::BTreeSet<_>>())
            }
            _ => Value::Null,
        }
    }

    fn follow(&self, _name: &str) -> Linked<'_> {
        let posts = self.1.posts.iter();
        Linked::Many(
            posts
                .map(|post| -> Box<dyn Entity> { Box::new(shown(self.0, &self.1.id, post)) })
                .collect(),
        )
    }
}

/// The content of a post that is to be written.
fn content(world: &mut World, request: &Request<'_>, post: &Value) -> Result<Post, Refusal> {
    let body = &post["body"];
    let content = body["content"]
        .as_str()
        .filter(|content| !content.is_empty());
    let content = content.ok_or_else(|| {
        Refusal::new(
            Layer::Rule,
            StatusCode::BAD_REQUEST,
            "ErrorInvalidArgument",
            "A post must have a body with content.",
        )
    })?;
    Ok(Post {
        id: format!("AAMkA{}", world.tenant.new_planner_id()),
        author: Author {
            user: request.claims.user,
            app: Some(request.claims.app),
        },
        at: world.now(),
        content_type: body["contentType"].as_str().unwrap_or("text").to_owned(),
        content: content.to_owned(),
    })
}

fn create(world: &mut World, request: &Request<'_>, group: &Group) -> Result<Reply, Refusal> {
    let topic = request.body["topic"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let posts = request.body["posts"].as_array();
    let [first] = posts.map(Vec::as_slice).unwrap_or_default() else {
        return Err(Refusal::rule("A new thread must have exactly one post."));
    };
    let thread = Thread {
        id: format!("AAQkN{}", world.tenant.new_planner_id()),
        topic,
        posts: vec![content(world, request, first)?],
    };
    world.tenant.keep_thread(group.id, thread.clone());
    let location = request.address(&format!("/groups/{}/threads/{}", group.id, thread.id));
    let object = show(&ThreadView(world, thread), &Select::default());
    Ok(Reply::created(request.with_context(object), location))
}

fn reply(world: &mut World, request: &Request<'_>, group: &Group) -> Result<Reply, Refusal> {
    let mut thread = thread(world, request, group)?;
    let post = content(world, request, &request.body["Post"])?;
    thread.posts.push(post);
    world.tenant.keep_thread(group.id, thread);
    Ok(Reply {
        status: StatusCode::ACCEPTED,
        ..Reply::no_content()
    })
}
