//! An HTTP server on a loopback port that can misbehave.
//!
//! A [`Site`] is an axum router with the clock, the faults and the recorder of its stand-in. The server drives hyper itself,
//! so that a fault can close a connection before the first byte or in the middle of a body. Every answer carries a `Date`
//! of the sandbox's clock, and every exchange is recorded. Stopping, or dropping the [`Server`], ends every connection at once.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, request::Parts},
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

use crate::{
    clock::Clock,
    fault::{Asked, CannedAnswer, Effect, Faults},
    recorder::{Exchange, Recorder, Service, kept_headers, recorded_body},
    splice::{self, Splice},
};

/// Put among an answer's extensions, closes the connection before its first byte.
#[derive(Clone, Copy, Debug)]
pub struct CutConnection;

/// Put among an answer's extensions, keeps its body out of the record: it breaks the vendor's schema on purpose.
#[derive(Clone, Copy, Debug)]
pub struct Unrecorded;

/// Everything a server needs to know about its stand-in.
#[derive(Clone, Debug)]
pub struct Site {
    /// The routes.
    pub router: Router,
    /// Tells the `Date` of answers and the times in the record.
    pub clock: Clock,
    /// What goes wrong.
    pub faults: Faults,
    /// Where exchanges are kept.
    pub recorder: Recorder,
    /// Under which name a request is recorded.
    pub service_of: fn(&str, &HeaderMap) -> Service,
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stopping: CancellationToken,
    tasks: TaskTracker,
}

impl Server {
    /// Serves a site on a free loopback port.
    pub async fn start(site: Site) -> io::Result<Self> {
        Self::start_on(SocketAddr::from(([127, 0, 0, 1], 0)), site).await
    }

    /// Serves a site on a given address, for instance that of a server stopped before.
    pub async fn start_on(addr: SocketAddr, site: Site) -> io::Result<Self> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let (stopping, tasks) = (CancellationToken::new(), TaskTracker::new());
        tasks.spawn(accept(listener, Arc::new(site), stopping.clone(), tasks.clone()));
        Ok(Self { addr, stopping, tasks })
    }

    /// Where the server listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The base URL without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Ends every connection and waits until nothing of the server runs any more.
    pub async fn stop(&self) {
        self.stopping.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// The answer, so much later.
async fn held_up(routed: impl Future<Output = Sent>, late: Duration) -> Sent {
    let answer = routed.await;
    tokio::time::sleep(late).await;
    answer
}

/// An empty page where one was asked for, else the answer with the way to an empty page.
async fn with_empty_pages(asked: &[u8], routed: impl Future<Output = Sent>) -> Sent {
    if let Some(empty) = splice::empty_page(asked) {
        return Sent::Whole(canned_answer(CannedAnswer::new(StatusCode::OK, empty)));
    }
    match routed.await {
        Sent::Whole(mut answer) => {
            answer.head.headers_mut().remove(header::CONTENT_LENGTH);
            let body = splice::before_an_empty_page(&answer.body);
            Sent::Whole(Answer { body, ..answer })
        }
        other => other,
    }
}

async fn accept(listener: TcpListener, site: Arc<Site>, stopping: CancellationToken, tasks: TaskTracker) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "The sandbox lost a connection at once");
                    continue;
                }
                let serving = serve(stream, site.clone());
                let stopping = stopping.clone();
                tasks.spawn(async move { stopping.run_until_cancelled(serving).await });
            }
            Err(error) => tracing::debug!(%error, "The sandbox could not accept a connection"),
        }
    }
}

async fn serve(stream: TcpStream, site: Arc<Site>) {
    let service = service_fn(move |request| {
        let site = site.clone();
        async move { site.answer(request).await }
    });
    let mut builder = http1::Builder::new();
    builder.auto_date_header(false);
    if let Err(error) = builder.serve_connection(TokioIo::new(stream), service).await {
        tracing::trace!(%error, "A connection of the sandbox ended early");
    }
}

/// The connection is closed without an answer.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the sandbox cut the connection")
    }
}

impl std::error::Error for Cut {}

/// A whole answer, before it is put on the wire.
struct Answer {
    head: Response<()>,
    body: Bytes,
}

/// How an answer leaves.
enum Sent {
    Whole(Answer),
    HalfTheBody(Answer),
    Spliced(Answer, Vec<Splice>),
    Never,
    Cut,
}

impl Site {
    async fn answer(&self, request: hyper::Request<Incoming>) -> Result<Response<Body>, Cut> {
        let received_ms = self.clock.unix_millis();
        let (parts, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
        let mut exchange = self.exchange(&parts, &body, received_ms);
        let sent = self.process(parts, body).await;
        if let Sent::Whole(answer) | Sent::HalfTheBody(answer) | Sent::Spliced(answer, _) = &sent {
            exchange.status = Some(answer.head.status().as_u16());
        }
        if let Sent::Whole(answer) = &sent {
            exchange.response = recorded_response(answer);
        }
        exchange.answered_ms = self.clock.unix_millis();
        self.recorder.record(exchange);
        match sent {
            Sent::Whole(answer) => Ok(self.dated(answer.head.map(|()| Body::from(answer.body)))),
            Sent::HalfTheBody(answer) => Ok(self.dated(half(answer))),
            Sent::Spliced(mut answer, splices) => {
                answer.head.headers_mut().remove(header::CONTENT_LENGTH);
                let body = splice::spliced(&answer.body, &splices);
                Ok(self.dated(answer.head.map(|()| body)))
            }
            Sent::Never => std::future::pending().await,
            Sent::Cut => Err(Cut),
        }
    }

    fn exchange(&self, parts: &Parts, body: &[u8], received_ms: i64) -> Exchange {
        let path = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        Exchange {
            service: (self.service_of)(parts.uri.path(), &parts.headers),
            method: parts.method.to_string(),
            path,
            headers: kept_headers(&parts.headers),
            body: recorded_body(body),
            status: None,
            response: None,
            received_ms,
            answered_ms: received_ms,
        }
    }

    /// Applies the faults and, unless they forbid it, asks the router.
    async fn process(&self, parts: Parts, body: Bytes) -> Sent {
        let asked = Asked { method: &parts.method, path: parts.uri.path(), body: &body };
        let verdict = self.faults.judge(asked);
        if !verdict.delay.is_zero() {
            tokio::time::sleep(verdict.delay).await;
        }
        let asked_body = body.clone();
        let body = match &verdict.effect {
            Some(Effect::EmptyPages) => splice::behind_the_first(body),
            _ => body,
        };
        let routed = self.route(parts, body);
        match verdict.effect {
            None | Some(Effect::Delay(_)) => routed.await,
            Some(Effect::Status(canned)) => Sent::Whole(canned_answer(canned)),
            Some(Effect::ProcessThenStatus(canned)) => {
                routed.await;
                Sent::Whole(canned_answer(canned))
            }
            Some(Effect::Hang) => Sent::Never,
            Some(Effect::ProcessThenHang) => {
                routed.await;
                Sent::Never
            }
            Some(Effect::ProcessThenDelay(late)) => held_up(routed, late).await,
            Some(Effect::CutBeforeAnswer) => Sent::Cut,
            Some(Effect::LoseAnswer) => {
                routed.await;
                Sent::Cut
            }
            Some(Effect::CutBody) => match routed.await {
                Sent::Whole(answer) => Sent::HalfTheBody(answer),
                other => other,
            },
            Some(Effect::Html(status)) => Sent::Whole(page(status)),
            Some(Effect::NotJson200) => Sent::Whole(page(StatusCode::OK)),
            Some(Effect::Splice(splices)) => match routed.await {
                Sent::Whole(answer) => Sent::Spliced(answer, splices),
                other => other,
            },
            Some(Effect::FailWhereItHolds(text)) => match routed.await {
                Sent::Whole(answer) if splice::holds(&answer.body, &text) => {
                    Sent::Whole(page(StatusCode::INTERNAL_SERVER_ERROR))
                }
                other => other,
            },
            Some(Effect::EmptyPages) => with_empty_pages(&asked_body, routed).await,
        }
    }

    async fn route(&self, parts: Parts, body: Bytes) -> Sent {
        let request = Request::from_parts(parts, Body::from(body));
        let Ok(response) = self.router.clone().oneshot(request).await;
        if response.extensions().get::<CutConnection>().is_some() {
            return Sent::Cut;
        }
        let (parts, body) = response.into_parts();
        match body.collect().await {
            Ok(body) => Sent::Whole(Answer { head: Response::from_parts(parts, ()), body: body.to_bytes() }),
            Err(_) => Sent::Cut,
        }
    }

    fn dated(&self, mut response: Response<Body>) -> Response<Body> {
        if let Ok(date) = HeaderValue::from_str(&self.clock.http_date()) {
            // A fault may tell another time.
            response.headers_mut().entry(header::DATE).or_insert(date);
        }
        response
    }
}

/// The answer's JSON, null for an empty body, none for what must stay out of the record.
fn recorded_response(answer: &Answer) -> Option<Value> {
    if answer.head.extensions().get::<Unrecorded>().is_some() {
        return None;
    }
    if answer.body.is_empty() {
        return Some(Value::Null);
    }
    serde_json::from_slice(&answer.body).ok()
}

/// Announces the whole length, sends the first half, then fails.
fn half(answer: Answer) -> Response<Body> {
    let announced = answer.body.len().max(2);
    let first_half = answer.body.slice(..answer.body.len() / 2);
    let failure = stream::once(async {
        // The half must be on its way before the failure closes the connection.
        tokio::task::yield_now().await;
        Err(io::Error::other(Cut))
    });
    let body = Body::from_stream(stream::iter([Ok(first_half)]).chain(failure));
    let mut response = answer.head.map(|()| body);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(announced));
    response
}

fn canned_answer(canned: CannedAnswer) -> Answer {
    let mut head = Response::new(());
    *head.status_mut() = canned.status;
    head.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in canned.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            head.headers_mut().insert(name, value);
        }
    }
    let body = if canned.body.is_null() { Bytes::new() } else { Bytes::from(canned.body.to_string()) };
    Answer { head, body }
}

fn page(status: StatusCode) -> Answer {
    let mut head = Response::new(());
    *head.status_mut() = status;
    head.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let body = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    Answer { head, body: Bytes::from(body) }
}

#[cfg(test)]
mod tests;
