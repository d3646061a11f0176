use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use super::*;

const MS: Duration = Duration::from_millis(1);

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

impl Governor {
    /// How many places there are, in use or not.
    fn places(&self, host: &str) -> usize {
        let host = self.host(host);
        let pace = host.pace();
        let whole = (1..=32_u8)
            .rfind(|whole| f64::from(*whole) <= pace.limit)
            .unwrap();
        assert_eq!(pace.places, usize::from(whole));
        pace.places
    }

    fn free(&self, host: &str) -> usize {
        self.host(host).places.available_permits()
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_host_pauses_for_everyone_and_gets_half() {
    let governor = Governor::new(4);
    let began = Instant::now();
    let first = governor.enter("graph", soon()).await.unwrap();
    tokio::time::advance(MS).await;
    first.throttled(began + MS, Some(80 * MS));
    drop(governor.enter("login", soon()).await.unwrap());
    assert_eq!(began.elapsed(), MS, "another host is not concerned");
    let second = governor.enter("graph", soon()).await.unwrap();
    assert_eq!(began.elapsed(), 81 * MS, "the pause holds for everyone");
    assert_eq!((governor.places("graph"), governor.free("graph")), (2, 0));
    drop((first, second));
    assert_eq!(governor.free("graph"), 2);
}

#[tokio::test(start_paused = true)]
async fn refusals_of_requests_that_were_in_flight_together_are_one_warning() {
    let governor = Governor::new(8);
    let mut places = Vec::new();
    for _ in 0..8 {
        places.push(governor.enter("graph", soon()).await.unwrap());
    }
    let sent = Instant::now();
    tokio::time::advance(MS).await;
    for place in &places {
        place.throttled(sent, None);
    }
    assert_eq!(governor.places("graph"), 4);
    tokio::time::advance(MS).await;
    places[0].throttled(Instant::now(), None);
    assert_eq!(
        governor.places("graph"),
        2,
        "a request after the warning is a new one"
    );
    for _ in 0..9 {
        tokio::time::advance(MS).await;
        places[0].throttled(Instant::now(), None);
    }
    assert_eq!(governor.places("graph"), 1, "one always goes");
    drop(places);
    assert_eq!(governor.free("graph"), 1);
}

#[tokio::test(start_paused = true)]
async fn good_answers_raise_the_limit_again_up_to_the_most() {
    let governor = Governor::new(3);
    let place = governor.enter("graph", soon()).await.unwrap();
    tokio::time::advance(MS).await;
    place.throttled(Instant::now(), None);
    assert_eq!(governor.places("graph"), 1);
    for _ in 0..20 {
        place.answered();
    }
    drop(place);
    assert_eq!((governor.places("graph"), governor.free("graph")), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_deadline_is_told_at_once_also_where_no_place_is_free() {
    let governor = Governor::new(1);
    let began = Instant::now();
    let place = governor.enter("graph", soon()).await.unwrap();
    place.throttled(began, Some(Duration::from_secs(5)));
    for _ in 0..2 {
        let error = governor.enter("graph", began + 300 * MS).await.unwrap_err();
        assert_eq!(error, Kept::Paused(Duration::from_secs(5)));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    drop(place);
    assert_eq!(governor.free("graph"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_pause_that_begins_while_one_waits_is_told_when_it_is_ones_turn() {
    let governor = Governor::new(1);
    let place = governor.enter("graph", soon()).await.unwrap();
    let deadline = Instant::now() + 300 * MS;
    let (waited, ()) = tokio::join!(governor.enter("graph", deadline), async {
        tokio::time::sleep(10 * MS).await;
        place.throttled(Instant::now(), Some(Duration::from_secs(5)));
        drop(place);
    });
    assert_eq!(waited.unwrap_err(), Kept::Paused(Duration::from_secs(5)));
    assert_eq!(governor.free("graph"), 1, "who gave up holds no place");
}

#[tokio::test(start_paused = true)]
async fn an_absurd_pause_ends_all_the_same() {
    let governor = Governor::new(4);
    let began = Instant::now();
    let place = governor.enter("graph", soon()).await.unwrap();
    place.throttled(began, Some(Duration::MAX));
    drop(place);
    let deadline = began + Duration::from_hours(1);
    drop(governor.enter("graph", deadline).await.unwrap());
    assert_eq!(began.elapsed(), LONGEST_PAUSE);
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_until_the_deadline_is_told_so() {
    let governor = Governor::new(1);
    let _place = governor.enter("graph", soon()).await.unwrap();
    let began = Instant::now();
    assert_eq!(
        governor.enter("graph", began + 30 * MS).await.unwrap_err(),
        Kept::Waiting
    );
    assert_eq!(began.elapsed(), 30 * MS);
}

#[tokio::test(start_paused = true)]
async fn who_comes_again_and_again_does_not_keep_others_out() {
    let governor = Arc::new(Governor::new(2));
    let mut tasks = JoinSet::new();
    for _ in 0..3 {
        let governor = Arc::clone(&governor);
        tasks.spawn(async move {
            for _ in 0..50 {
                let place = governor.enter("graph", Instant::now() + 25 * MS).await;
                let place = place.expect("two rounds of the others are over by then");
                tokio::time::sleep(10 * MS).await;
                // Gives the place back and wants one at once.
                drop(place);
            }
        });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hundreds_of_tasks_some_cancelled_never_exceed_the_limit_and_lose_no_place() {
    const MOST: usize = 8;
    let governor = Arc::new(Governor::new(8));
    let (inside, highest, done) =
        <(Arc<AtomicUsize>, Arc<AtomicUsize>, Arc<AtomicUsize>)>::default();
    let mut tasks = JoinSet::new();
    for number in 0..400_u32 {
        let governor = Arc::clone(&governor);
        let (inside, highest, done) =
            (Arc::clone(&inside), Arc::clone(&highest), Arc::clone(&done));
        let handle = tasks.spawn(async move {
            for round in 0..6 {
                let place = governor
                    .enter("graph", soon())
                    .await
                    .expect("there is time");
                let inside = Inside::new(&inside, &highest);
                let sent = Instant::now();
                if (number + round) % 3 == 0 {
                    tokio::time::sleep(MS * (number % 3)).await;
                } else {
                    tokio::task::yield_now().await;
                }
                match (number + round) % 40 {
                    0 => place.throttled(sent, Some(MS * 2)),
                    1 => place.throttled(sent, None),
                    _ => place.answered(),
                }
                drop(inside);
            }
            done.fetch_add(1, Ordering::Relaxed);
        });
        if number % 4 == 0 {
            let delay = MS * (number % 60);
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                handle.abort();
            });
        }
    }
    while tasks.join_next().await.is_some() {}
    assert!(
        done.load(Ordering::Relaxed) >= 300,
        "only those that were cancelled may be missing"
    );
    assert!(highest.load(Ordering::Relaxed) <= MOST);
    assert_eq!(governor.host("graph").pace().owed, 0);
    assert_eq!(
        governor.free("graph"),
        governor.places("graph"),
        "every place is back"
    );
}

/// Counts who is inside, also where the task is cancelled there.
struct Inside(Arc<AtomicUsize>);

impl Inside {
    fn new(inside: &Arc<AtomicUsize>, highest: &AtomicUsize) -> Self {
        let now = inside.fetch_add(1, Ordering::SeqCst) + 1;
        highest.fetch_max(now, Ordering::SeqCst);
        Self(Arc::clone(inside))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}
