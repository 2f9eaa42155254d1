//! The pages of the door as a phone shows them: in headless Chromium, 360 px wide, by daylight and at night.
//!
//! It needs Chromium and its driver, which the tests of the project do not: `cargo test --test pages`, which `.ci/run`
//! runs after it has installed both. Each page is kept as a picture in `target/pages`.

mod driver;
mod look;
mod out_of_order;
mod scene;

use crate::driver::Driver;
use crate::look::look_at;
use crate::out_of_order::door_without_a_store;
use crate::scene::{Scene, TOKEN};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_way_to_intercom_and_back_can_be_read_on_a_phone() {
    let mut scene = Scene::set().await;
    let driver = Driver::start().await;
    let phone = driver.phone().await;
    phone.open(&scene.link().await).await;
    look_at(&phone, "connect", "Connect with Intercom?").await;
    phone.press_the_button().await;
    look_at(&phone, "almost-done", "Almost done").await;
    phone.reload().await;
    look_at(&phone, "used", "This link was used already").await;
    phone.open(&format!("{}/else", scene.public_url())).await;
    look_at(&phone, "nothing-here", "Nothing here").await;
    phone.open(&scene.link().await).await;
    scene.lock_discord();
    phone.press_the_button().await;
    look_at(&phone, "not-asked", "could not be brought to Discord").await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_failure_can_be_read_on_a_phone() {
    let mut scene = Scene::set().await;
    let driver = Driver::start().await;
    let phone = driver.phone().await;
    phone.open(&scene.link().await).await;
    scene.intercom().oauth().refuse("access_denied");
    phone.press_the_button().await;
    look_at(&phone, "turned-away", "Intercom says no: access_denied.").await;
    scene.intercom().oauth().allow("a token that is nobody's");
    phone.open(&scene.link().await).await;
    phone.press_the_button().await;
    look_at(&phone, "no-token", "Intercom gave no token").await;
    scene.intercom().oauth().allow(TOKEN);
    phone.open(&scene.link().await).await;
    scene.hide_the_workspace();
    phone.press_the_button().await;
    look_at(&phone, "no-workspace", "does not say which workspace").await;
    scene.show_the_workspace();
    phone.open(&scene.link().await).await;
    scene.break_intercom();
    phone.press_the_button().await;
    look_at(&phone, "not-answered", "Intercom could not be asked").await;
    phone.open(&format!("{}/intercom/connect?state=forged", scene.public_url())).await;
    look_at(&phone, "forged", "is older than ten minutes").await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_opens_the_way_back_in_another_browser_can_read_why_not() {
    let mut scene = Scene::set().await;
    let driver = Driver::start().await;
    let phone = driver.phone().await;
    let link = scene.link().await;
    phone.open(&link.replace("/connect?", "/oauth?code=0123&")).await;
    look_at(&phone, "another-browser", "opened in another browser").await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_out_of_order_can_be_read_of_on_a_phone() {
    let door = door_without_a_store().await;
    let driver = Driver::start().await;
    let phone = driver.phone().await;
    phone.open(&door.link()).await;
    look_at(&phone, "no-store", "cannot read or write its own store").await;
    door.close().await;
}
