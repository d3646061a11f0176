//! `Retry-After`, back-off, and how many requests are in flight.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fairlead_domain::problem::ProblemCode;
use fairlead_wire::{Call, FixedClock, Transport};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::server::{Server, answer, good, settings, transport};

const MS: Duration = Duration::from_millis(1);

/// A server that says once how long to wait, with the given headers, and answers then.
async fn throttling(status: u16, headers: &[(&'static str, &'static str)]) -> Server {
    let headers = headers.to_vec();
    Server::answering(move |number, _| {
        // `+2` is a date two seconds after the answer.
        let value = |text: &str| match text.strip_prefix('+') {
            Some(seconds) => http_date(seconds.parse().unwrap()),
            None => text.to_owned(),
        };
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, text)| (*name, value(text)))
            .collect();
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        if number == 0 {
            answer(status, &headers, "")
        } else {
            good()
        }
    })
    .await
}

fn http_date(seconds_from_now: i64) -> String {
    let at = Timestamp::now()
        .saturating_add(jiff::SignedDuration::from_secs(seconds_from_now))
        .unwrap();
    httpdate::fmt_http_date(at.into())
}

async fn gap(transport: &Transport, server: &Server) -> Duration {
    let reply = transport.send(Call::get(server.url("/"))).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.attempts), (200, 2));
    let requests = server.requests();
    requests[1].at - requests[0].at
}

#[tokio::test]
async fn what_the_server_asks_for_is_waited_for() {
    let transport = transport(settings());
    let mut rows = JoinSet::new();
    for (status, headers, from, to) in [
        (429, [("retry-after", "1")].as_slice(), 1000, 1900),
        (503, &[("retry-after", "0.3")], 300, 900),
        // A date has whole seconds: two ahead are one to two.
        (429, &[("retry-after", "+2")], 800, 2900),
        // By the server's own clock it is one second, whatever the time is here.
        (
            429,
            &[
                ("retry-after", "Sun, 22 Nov 2037 10:00:01 GMT"),
                ("date", "Sun, 22 Nov 2037 10:00:00 GMT"),
            ],
            1000,
            1900,
        ),
        // Without a value that counts, the back-off of these tests: 2 to 4 ms.
        (429, &[], 2, 900),
        (429, &[("retry-after", "-5")], 2, 900),
        (429, &[("retry-after", "soon")], 2, 900),
        (429, &[("retry-after", "0")], 2, 900),
        (429, &[("retry-after", "+-3600")], 2, 900),
        (503, &[], 2, 900),
    ] {
        let transport = transport.clone();
        rows.spawn(async move {
            let server = throttling(status, headers).await;
            let gap = gap(&transport, &server).await.as_millis();
            assert!((from..to).contains(&gap), "{status} {headers:?}: {gap} ms");
        });
    }
    while let Some(row) = rows.join_next().await {
        row.unwrap();
    }
}

#[tokio::test]
async fn a_wait_beyond_the_calls_time_is_not_begun() {
    for wait in [
        "9",
        "31536000",
        "99999999999999999999",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ] {
        let server = throttling(429, &[("retry-after", wait)]).await;
        let transport = transport(settings());
        let began = Instant::now();
        let reply = transport.send(Call::get(server.url("/"))).await.unwrap();
        assert_eq!((reply.status.as_u16(), reply.attempts), (429, 1), "{wait}");
        assert_eq!(reply.header("retry-after"), Some(wait));
        // The pause holds for others too, and nobody waits for it in vain.
        let error = transport
            .send(Call::get(server.url("/")))
            .await
            .unwrap_err();
        assert_eq!(error.code(), ProblemCode::HttpThrottled, "{error}");
        assert!(
            began.elapsed() < 3000 * MS,
            "{wait} took {:?}",
            began.elapsed()
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_clock_that_is_absurd_here_does_no_harm() {
    const DATE: &str = "Sun, 22 Nov 2026 10:00:00 GMT";
    for now in [Timestamp::MIN, Timestamp::MAX] {
        let at = |headers: &'static [(&str, &str)]| async move {
            let server = throttling(429, headers).await;
            let clock = Arc::new(FixedClock::at(now));
            let transport = Transport::new(settings(), clock).unwrap();
            transport.send(Call::get(server.url("/"))).await.unwrap()
        };
        let reply = at(&[("retry-after", "0.1")]).await;
        assert_eq!((reply.status.as_u16(), reply.sent), (200, now));
        let reply = at(&[
            ("retry-after", "Sun, 22 Nov 2026 10:00:01 GMT"),
            ("date", DATE),
        ])
        .await;
        assert_eq!(reply.status, 200, "both dates are the server's");
        // Compared with the clock here it is thousands of years ahead, or behind.
        let reply = at(&[("retry-after", DATE)]).await;
        assert_eq!(
            reply.status.as_u16(),
            if now == Timestamp::MIN { 429 } else { 200 }
        );
    }
}

async fn all(transport: &Transport, server: &Server, count: usize) {
    let mut tasks = JoinSet::new();
    for _ in 0..count {
        let (transport, url) = (transport.clone(), server.url("/"));
        tasks.spawn(async move {
            transport
                .send(Call::get(url))
                .await
                .unwrap()
                .status
                .as_u16()
        });
    }
    while let Some(status) = tasks.join_next().await {
        assert_eq!(status.unwrap(), 200);
    }
}

#[tokio::test]
async fn one_refusal_makes_all_wait() {
    tokio::join!(makes_all_wait(429), makes_all_wait(503));
}

async fn makes_all_wait(status: u16) {
    let server = throttling(status, &[("retry-after", "1")]).await;
    let mut settings = settings();
    settings.concurrency = 2;
    all(&transport(settings), &server, 20).await;
    let requests = server.requests();
    let refused = requests[0].at;
    // One more may have been on its way.
    let early = requests
        .iter()
        .skip(1)
        .filter(|request| request.at - refused < 950 * MS)
        .count();
    assert!(early <= 1, "{early} came during the pause after a {status}");
    assert_eq!(requests.len(), 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn never_more_requests_than_agreed_are_in_flight_also_when_calls_are_given_up() {
    const MOST: usize = 4;
    let (inside, highest) = <(Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let server = {
        let (inside, highest) = (Arc::clone(&inside), Arc::clone(&highest));
        Server::start(move |mut connection| {
            let (inside, highest) = (Arc::clone(&inside), Arc::clone(&highest));
            async move {
                while connection.request().await.is_some() {
                    highest.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::time::sleep(2 * MS).await;
                    inside.fetch_sub(1, Ordering::SeqCst);
                    connection.send(good()).await;
                }
            }
        })
        .await
    };
    let mut settings = settings();
    settings.concurrency = u32::try_from(MOST).unwrap();
    settings.call_timeout = Duration::from_secs(15);
    let transport = transport(settings);
    let mut tasks = JoinSet::new();
    for _ in 0..300 {
        let (transport, url) = (transport.clone(), server.url("/"));
        tasks.spawn(async move { transport.send(Call::get(url)).await.unwrap() });
    }
    let mut ended = 0;
    while tasks
        .join_next()
        .await
        .is_some_and(|result| result.unwrap().status == 200)
    {
        ended += 1;
    }
    assert_eq!(ended, 300);
    assert_eq!(highest.load(Ordering::SeqCst), MOST);

    // Calls that are given up in the queue, on the way, or in their answer leave their places behind.
    for number in 0..200_u32 {
        let call = transport.send(Call::get(server.url("/")));
        let _ = tokio::time::timeout(MS * (number % 4), call).await;
    }
    all(&transport, &server, 50).await;
}
