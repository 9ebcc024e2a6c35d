//! The binary: configuration, command line, composition.

use std::{error::Error, net::SocketAddr, path::PathBuf};

use any_spawner::Executor;
use axum::{Router, response::Redirect, routing::get};
use clap::{Args, Parser, Subcommand};
use tokio::net::TcpListener;

/// A payment platform of your own.
#[derive(Parser)]
#[command(version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API, the checkout and the dashboard.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Prepare a merchant with keys and payments to look at; the keys are written to demo.json in the data folder.
    #[arg(long)]
    demo: bool,
    /// Address and port to listen on.
    #[arg(long, env = "GUICHET_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Folder for everything that must be kept.
    #[arg(long, env = "GUICHET_DATA", default_value = "data")]
    data: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    Executor::init_tokio()?;
    match CommandLine::parse().command {
        Command::Serve(serve) => run(serve).await,
    }
}

async fn run(serve: Serve) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&serve.data)?;
    let listener = TcpListener::bind(serve.listen).await?;
    let url = format!("http://{}", listener.local_addr()?);
    if serve.demo {
        let demo = serde_json::json!({ "url": url });
        std::fs::write(serve.data.join("demo.json"), demo.to_string())?;
    }
    println!("Guichet listens on {url}");
    let app = Router::new()
        .route("/", get(|| async { Redirect::temporary("/dashboard") }))
        .route("/health", get(|| async { "ok" }))
        .merge(assets::router())
        .merge(dashboard::router())
        .merge(checkout::router());
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped())
        .await?;
    Ok(())
}

async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
