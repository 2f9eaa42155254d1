//! How many events a second are journaled, power-cut safe, and how fast delivery's small writes are.
//!
//! `cargo bench -p deskbell-store --bench append`. It writes to a temporary folder on the disk of `TMPDIR`.
#![expect(clippy::print_stdout, reason = "the figures are what the program is for")]
#![expect(clippy::disallowed_methods, reason = "it measures, and so reads the clock")]

mod load;

use std::time::Instant;

use deskbell_desk::ids::GuildId;
use deskbell_desk::port::store::{DeliveryStore as _, JournalStore as _};
use load::START;

const BATCH: u64 = 256;
const BATCHES: u64 = 300;
const SMALL_WRITES: u32 = 2_000;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    load::run(folder.path(), async |store, engine| {
        let bytes =
            serde_json::to_vec(&load::append(0..1, START, None).events[0]).map_or(0, |json| json.len());
        let mut slowest = 0.0_f64;
        let began = Instant::now();
        for batch in 0..BATCHES {
            let append = load::append(batch * BATCH..(batch + 1) * BATCH, START, None);
            let write = Instant::now();
            store.append(append).await.expect("the disk has room");
            slowest = slowest.max(write.elapsed().as_secs_f64() * 1000.0);
        }
        let seconds = began.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate needs no more")]
        let rate = (BATCH * BATCHES) as f64 / seconds;
        println!(
            "append: {rate:.0} events/s of {bytes} B in batches of {BATCH}; slowest batch {slowest:.1} ms"
        );
        println!("disk: {} MB", engine.size_on_disk().unwrap_or(0) >> 20);

        let began = Instant::now();
        for _ in 0..SMALL_WRITES {
            let guild = GuildId(1);
            let advanced = store.retry_dead_letter(guild, deskbell_desk::delivery::DeadLetterId(1)).await;
            assert!(!advanced.expect("the store can be read"));
            store.probe().await.expect("the disk has room");
        }
        let rate = f64::from(SMALL_WRITES) / began.elapsed().as_secs_f64();
        println!("small writes, one after the other: {rate:.0}/s");
        let began = Instant::now();
        let writes = (0..SMALL_WRITES).map(|_| store.probe());
        let mut waiting: Vec<_> = writes.map(Box::pin).collect();
        let mut done = 0;
        for chunk in waiting.chunks_mut(64) {
            done += futures_join(chunk).await;
        }
        let rate = f64::from(done) / began.elapsed().as_secs_f64();
        println!("small writes, 64 at a time: {rate:.0}/s");
    });
}

/// Waits for all of them, polling them together, as 64 channels would.
async fn futures_join<F: Future + Unpin>(futures: &mut [F]) -> u32 {
    let mut open: Vec<&mut F> = futures.iter_mut().collect();
    let mut done = 0;
    std::future::poll_fn(|context| {
        open.retain_mut(|future| {
            let ready = std::pin::Pin::new(&mut **future).poll(context).is_ready();
            done += u32::from(ready);
            !ready
        });
        if open.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done
}
