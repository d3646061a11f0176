mod access;
mod details;
mod limits;
mod lists;
mod tasks;

use serde_json::{Value, json};

use crate::graph::testing::{Graph, Sent};

struct Board {
    graph: Graph,
    group: String,
    plan: String,
    bucket: String,
}

/// A plan of its own in the first group.
fn board() -> Board {
    board_in(Graph::new())
}

fn board_in(mut graph: Graph) -> Board {
    let group = graph.world.tenant.group_at(0).unwrap().id.to_string();
    let body = json!({"title": "Board", "container":
        {"url": format!("https://graph.microsoft.com/v1.0/groups/{group}")}});
    let plan = graph.post("/planner/plans", body);
    assert_eq!(plan.status, 201, "{}", plan.text);
    let plan = plan.id().to_owned();
    let bucket = graph.post("/planner/buckets", json!({"name": "To do", "planId": plan}));
    assert_eq!(bucket.status, 201, "{}", bucket.text);
    Board {
        bucket: bucket.id().to_owned(),
        graph,
        group,
        plan,
    }
}

impl Board {
    fn task(&mut self, more: Value) -> Sent {
        let mut body = json!({"title": "Task", "planId": self.plan, "bucketId": self.bucket});
        if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
            body.extend(more);
        }
        self.graph.post("/planner/tasks", body)
    }

    fn new_task(&mut self) -> (String, String) {
        let task = self.task(json!({}));
        assert_eq!(task.status, 201, "{}", task.text);
        (task.id().to_owned(), task.etag().to_owned())
    }

    fn user(&self, place: u64) -> String {
        self.graph
            .world
            .tenant
            .person_at(place + 20)
            .unwrap()
            .id
            .to_string()
    }
}

fn assignment(hint: &str) -> Value {
    json!({"@odata.type": "#microsoft.graph.plannerAssignment", "orderHint": hint})
}
