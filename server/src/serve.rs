//! `serve` and `worker`: listeners, background work, and how they end.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::accept::NoDelayAcceptor;
use clap::Args;
use engine::Engine;
use hyper_util::rt::TokioTimer;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::command::{self, Stop};
use crate::config::{Second, Settings, Tls};
use crate::demo;
use crate::house::House;
use crate::layers::{Around, around};
use crate::routes::{self, Door};
use crate::tls::{Certificate, certificate};

/// How long what has begun may take once we are asked to end.
const END: Duration = Duration::from_secs(30);
/// Of that, for answers under way: the rest is for writing down what they led to.
const END_ANSWERS: Duration = Duration::from_secs(25);
/// How long a client may take to say what it wants.
const HEADERS: Duration = Duration::from_secs(15);
/// Where `--demo` offers TLS beside plain HTTP.
const DEMO_TLS_PORT: u16 = 3443;

#[derive(Args)]
pub struct Serve {
    /// Prepare a sandbox account with payments to look at, where the database is empty; how to sign in is in demo.json in the data folder
    #[arg(long)]
    demo: bool,
    /// Which demonstration: the same number makes the same payments, as of the day it is made
    #[arg(long, value_name = "N", default_value_t = 1, requires = "demo")]
    demo_seed: u64,
    /// Leave the background work to 'guichet worker'
    #[arg(long)]
    no_worker: bool,
}

/// An address that is ours already, so that two processes can't both believe it.
struct Listener {
    tcp: TcpListener,
    address: SocketAddr,
    certificate: Option<Certificate>,
}

impl Listener {
    /// What people type to come here.
    fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        let port = self.address.port();
        match self.address.ip() {
            ip if ip.is_unspecified() => format!("{scheme}://localhost:{port}"),
            IpAddr::V6(ip) => format!("{scheme}://[{ip}]:{port}"),
            IpAddr::V4(ip) => format!("{scheme}://{ip}:{port}"),
        }
    }
}

fn bind(name: &str, at: SocketAddr, certificate: Option<Certificate>) -> Result<Listener, Stop> {
    let failed = |error: io::Error| Stop::failed(format!("{name}: {at} can't be served on"), error);
    let tcp = TcpListener::bind(at).map_err(failed)?;
    tcp.set_nonblocking(true).map_err(failed)?;
    let address = tcp.local_addr().map_err(failed)?;
    Ok(Listener { tcp, address, certificate })
}

/// One listener, or plain HTTP and TLS side by side.
fn listeners(settings: &Settings, demo: bool) -> Result<Vec<Listener>, Stop> {
    let mut listeners = Vec::new();
    match settings.second {
        Second::At(second) => {
            listeners.push(bind("GUICHET_LISTEN", settings.listen, None)?);
            listeners.push(bind("GUICHET_TLS_LISTEN", second, certificate(settings, &settings.tls)?)?);
        }
        Second::Unsaid if demo && settings.listen_is_default && settings.tls == Tls::Off => {
            listeners.push(bind("GUICHET_LISTEN", settings.listen, None)?);
            let second = SocketAddr::new(settings.listen.ip(), DEMO_TLS_PORT);
            match bind("GUICHET_TLS_LISTEN", second, certificate(settings, &Tls::Auto)?) {
                Ok(listener) => listeners.push(listener),
                // Nobody asked for it.
                Err(stop) => tracing::warn!("{stop}; served without TLS"),
            }
        }
        Second::Unsaid | Second::Off => listeners.push(bind("GUICHET_LISTEN", settings.listen, certificate(settings, &settings.tls)?)?),
    }
    Ok(listeners)
}

/// # Errors
/// What stood in the way of serving, or ended it.
pub async fn serve(settings: &Settings, asked: &Serve) -> Result<(), Stop> {
    let signals = Signals::new()?;
    let house = House::open(settings).await?;
    let listeners = listeners(settings, asked.demo)?;
    let Some(first) = listeners.first() else { return Ok(()) };
    let public_url = settings.public_url.clone().unwrap_or_else(|| first.url());
    let engine = house.engine(&public_url).await?;
    let secure = listeners.iter().find(|listener| listener.certificate.is_some());
    let told = if asked.demo {
        let tls_url = secure.map(Listener::url);
        let reached = demo::Reached { url: &public_url, tls_url: tls_url.as_deref() };
        Some(demo::prepare(&house, &settings.data, reached, asked.demo_seed).await?)
    } else {
        None
    };
    let (stop, stopped) = watch::channel(false);
    let worker = (!asked.no_worker).then(|| tokio::spawn(worker::run(engine.clone(), stopped)));
    if let Err(unsaid) = say(&listeners, settings, told.as_deref()) {
        tracing::warn!("{unsaid}");
    }
    let mut servers = Servers::default();
    for listener in listeners {
        servers.start(listener, &engine, settings, &public_url)?;
    }
    let ended = tokio::select! {
        () = signals.wait() => Ok(()),
        failed = servers.failure() => Err(failed),
    };
    tracing::info!("ending: what has begun is finished first");
    end(END, servers.end(), &stop, worker, &engine, house).await;
    ended
}

/// # Errors
/// What stood in the way.
pub async fn work(settings: &Settings) -> Result<(), Stop> {
    let signals = Signals::new()?;
    let house = House::open(settings).await?;
    let engine = house.engine(settings.public_url.as_deref().unwrap_or_default()).await?;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(worker::run(engine.clone(), stopped));
    if let Err(unsaid) = command::say(format_args!("Guichet does the background work of {}", settings.database)) {
        tracing::warn!("{unsaid}");
    }
    signals.wait().await;
    tracing::info!("ending: what has begun is finished first");
    end(END, async {}, &stop, Some(worker), &engine, house).await;
    Ok(())
}

/// In the order in which each may still need the next: answers, background work, commands, database.
async fn end(
    within: Duration,
    servers: impl Future<Output = ()>,
    stop: &watch::Sender<bool>,
    worker: Option<JoinHandle<()>>,
    engine: &Engine,
    house: House<'_>,
) {
    stop.send_replace(true);
    engine.hang_up();
    let all = async {
        servers.await;
        if let Some(worker) = worker
            && worker.await.is_err()
        {
            tracing::error!("the worker ended abnormally");
        }
        engine.settle_down().await;
        house.close().await;
    };
    if tokio::time::timeout(within, all).await.is_err() {
        tracing::warn!("not everything was finished in {} s; what was not is taken up at the next start", within.as_secs());
    }
}

/// The running servers.
#[derive(Default)]
struct Servers {
    handles: Vec<Handle<SocketAddr>>,
    running: JoinSet<io::Result<()>>,
}

impl Servers {
    fn start(&mut self, listener: Listener, engine: &Engine, settings: &Settings, public_url: &str) -> Result<(), Stop> {
        let app = app(&listener, engine, settings, public_url)?.into_make_service_with_connect_info::<SocketAddr>();
        let handle = Handle::new();
        self.handles.push(handle.clone());
        let failed = |error| Stop::failed(listener.address, error);
        // An answer in two pieces, as pages are, would else wait for the first to be acknowledged: 40 ms on a connection that has been used.
        if let Some(certificate) = listener.certificate {
            let server = axum_server::from_tcp_rustls(listener.tcp, certificate.config).map_err(failed)?;
            let mut server = server.map(|tls| tls.acceptor(NoDelayAcceptor::new()));
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
            self.running.spawn(server.handle(handle).serve(app));
        } else {
            let mut server = axum_server::from_tcp(listener.tcp).map_err(failed)?.acceptor(NoDelayAcceptor::new());
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
            self.running.spawn(server.handle(handle).serve(app));
        }
        Ok(())
    }

    /// Ends only if a server does, which none should.
    async fn failure(&mut self) -> Stop {
        match self.running.join_next().await {
            Some(Ok(Err(error))) => Stop::failed("serving", error),
            _ => Stop::Failed("serving ended by itself".to_owned()),
        }
    }

    /// Accepts no more; answers under way are given.
    async fn end(mut self) {
        for handle in &self.handles {
            handle.graceful_shutdown(Some(END_ANSWERS));
        }
        while self.running.join_next().await.is_some() {}
    }
}

fn app(listener: &Listener, engine: &Engine, settings: &Settings, public_url: &str) -> Result<Router, Stop> {
    let tls = listener.certificate.as_ref();
    let secure = tls.is_some() || public_url.starts_with("https://");
    // An authority made here stands for this machine's name, where other people's servers come and go on other ports: those must stay reachable.
    let hsts = secure && tls.is_none_or(|tls| tls.authority.is_none());
    let door = Door { public_url: public_url.to_owned(), secure, rate_limit: settings.rate_limit };
    let setup = Around { proxies: settings.trusted_proxies.clone(), public_url: public_url.to_owned(), secure, hsts };
    around(routes::pages(engine, &door), routes::api(engine, &door), &setup)
}

fn say(listeners: &[Listener], settings: &Settings, demo: Option<&str>) -> Result<(), Stop> {
    for listener in listeners {
        command::say(format_args!("Guichet listens on {}", listener.url()))?;
    }
    let authority = listeners.iter().find_map(|listener| listener.certificate.as_ref()?.authority.as_ref());
    if let Some(authority) = authority {
        command::say(format_args!("For clients over TLS: REQUESTS_CA_BUNDLE={}", authority.display()))?;
    }
    let everywhere = listeners.iter().any(|listener| listener.address.ip().is_unspecified());
    if everywhere && settings.public_url.is_none() {
        tracing::warn!("GUICHET_PUBLIC_URL is not set: links name this machine only");
    }
    demo.map_or(Ok(()), |text| command::say(format_args!("\n{text}")))
}

/// What asks us to end.
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, Stop> {
        let failed = |error| Stop::failed("signals", error);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }

    async fn wait(mut self) {
        tokio::select! {
            biased;
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
