//! Stands between a store and its database, and does to each commit what may be done to one.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use deskbell_store_postgres::{Address, Host};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What happens to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not come to pass, since two writers met.
    Refused,
    /// It comes to pass, and nobody hears of it: the connection is cut.
    Unheard,
}

/// Every second commit is done something to: what an operation tries again must succeed once.
pub(crate) struct Proxy {
    listener: TcpListener,
    server: u16,
    fault: Fault,
    commits: AtomicUsize,
    faults: AtomicUsize,
}

impl Proxy {
    /// In front of a server; `first` is the first commit to which something is done, counted from 0.
    pub(crate) async fn before(server: u16, fault: Fault, first: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        // From the first one on every second.
        let commits = AtomicUsize::new(first % 2);
        Self { listener, server, fault, commits, faults: AtomicUsize::new(0) }
    }

    /// The same database, through this.
    pub(crate) fn address(&self, direct: &Address) -> Address {
        let port = self.listener.local_addr().expect("it listens").port();
        Address { hosts: vec![Host { name: "127.0.0.1".to_owned(), port }], ..direct.clone() }
    }

    /// To how many commits something was done.
    pub(crate) fn faults(&self) -> usize {
        self.faults.load(Ordering::Relaxed)
    }

    /// Serves for ever.
    pub(crate) async fn serve(&self) {
        let mut open = FuturesUnordered::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    let (client, _) = accepted.expect("it listens");
                    open.push(self.connection(client));
                }
                Some(_ended) = open.next() => {}
            }
        }
    }

    /// Ends with either side, or when it is cut.
    async fn connection(&self, client: TcpStream) -> io::Result<()> {
        let server = TcpStream::connect(("127.0.0.1", self.server)).await?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let is_cut = AtomicBool::new(false);
        let forth = async {
            let length = from_client.read_u32().await?;
            let greeting = body(&mut from_client, length).await?;
            to_server.write_all(&[length.to_be_bytes().as_slice(), &greeting].concat()).await?;
            loop {
                let (kind, body) = message(&mut from_client).await?;
                let sent = self.sent(&is_cut, (kind, body));
                to_server.write_all(&sent).await?;
            }
        };
        let back = async {
            loop {
                let (kind, body) = message(&mut from_server).await?;
                let ends = kind == b'C' && [b"COMMIT\0".as_slice(), b"ROLLBACK\0"].contains(&body.as_slice());
                if ends && is_cut.load(Ordering::Relaxed) {
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                to_client.write_all(&framed(kind, &body)).await?;
            }
        };
        tokio::select! { ended = forth => ended, ended = back => ended }
    }

    /// What the server gets in place of a message.
    fn sent(&self, is_cut: &AtomicBool, (kind, body): (u8, Vec<u8>)) -> Vec<u8> {
        const TWO_MET: &[u8] =
            b"do $$ begin raise exception 'two writers met' using errcode = '40001'; end $$\0";
        let is_commit = kind == b'Q' && body.trim_ascii().starts_with(b"commit");
        if !is_commit || self.commits.fetch_add(1, Ordering::Relaxed) % 2 == 1 {
            return framed(kind, &body);
        }
        self.faults.fetch_add(1, Ordering::Relaxed);
        match self.fault {
            Fault::Refused => framed(kind, TWO_MET),
            Fault::Unheard => {
                is_cut.store(true, Ordering::Relaxed);
                framed(kind, &body)
            }
        }
    }
}

async fn message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<(u8, Vec<u8>)> {
    let kind = from.read_u8().await?;
    let length = from.read_u32().await?;
    Ok((kind, body(from, length).await?))
}

/// What stands behind a length, which counts itself.
async fn body(from: &mut (impl AsyncRead + Unpin), length: u32) -> io::Result<Vec<u8>> {
    let mut body = vec![0; length as usize - size_of::<u32>()];
    from.read_exact(&mut body).await?;
    Ok(body)
}

fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + size_of::<u32>()).expect("a message is short");
    [&[kind], length.to_be_bytes().as_slice(), body].concat()
}
