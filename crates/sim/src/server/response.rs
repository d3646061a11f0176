use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, DATE};
use http::{HeaderValue, Response};
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::Sleep;

use crate::wire::Answer;

/// A body that is sent whole, or cut short on its way.
#[derive(Debug)]
pub(super) struct Sent {
    data: Option<Bytes>,
    /// After the data, a pause so that it leaves, and then the cut.
    cut: Option<Pin<Box<Sleep>>>,
}

/// The body was cut short on purpose.
#[derive(Debug, thiserror::Error)]
#[error("the body is cut short on purpose")]
pub(super) struct Cut;

impl From<Infallible> for Cut {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(data) = self.data.take() {
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        match &mut self.cut {
            None => Poll::Ready(None),
            Some(pause) => match pause.as_mut().poll(cx) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => Poll::Ready(Some(Err(Cut))),
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none() && self.cut.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.data, &self.cut) {
            (Some(data), None) => SizeHint::with_exact(data.len() as u64),
            (None, None) => SizeHint::with_exact(0),
            _ => SizeHint::default(),
        }
    }
}

/// The answer as hyper sends it, with the tenant's date; `truncated` promises the whole length and
/// sends half of it.
pub(super) fn response(answer: Answer, date: &str, truncated: bool) -> Response<Sent> {
    let length = answer.body.len();
    let cut = truncated && length > 1;
    let body = Sent {
        data: Some(if cut {
            answer.body.slice(..length / 2)
        } else {
            answer.body
        })
        .filter(|data| !data.is_empty()),
        cut: cut.then(|| Box::pin(tokio::time::sleep(Duration::from_millis(10)))),
    };
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    if let Ok(date) = HeaderValue::from_str(date) {
        response.headers_mut().insert(DATE, date);
    }
    if cut {
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    response
}
