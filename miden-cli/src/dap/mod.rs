//! Server of the Debug Adapter Protocol.
//!
//! One thread reads messages, so that a request to pause is noticed while the program runs; the session answers them in
//! order.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

mod arguments;
mod breakpoints;
mod launch;
mod message;
mod server;
mod variables;

use message::Incoming;
use server::Server;

use crate::messages;

/// Serves a client over standard input and output.
pub(crate) fn run_stdio() -> io::Result<()> {
    // The input is not locked: another thread reads it.
    serve(BufReader::new(io::stdin()), io::stdout().lock())
}

/// Serves clients on a port of the loopback interface, one after the other; port 0 is any that is free.
pub(crate) fn run_port(port: u16) -> io::Result<()> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    messages::note(format!("listening on {}", listener.local_addr()?));
    loop {
        let (stream, _) = listener.accept()?;
        // A client that breaks the connection does not concern the next one.
        if let Err(error) = stream.try_clone().and_then(|input| serve(BufReader::new(input), &stream)) {
            messages::note(format!("the connection was lost: {error}"));
        }
        let _ = stream.shutdown(std::net::Shutdown::Both);
    }
}

/// Serves a client until it disconnects.
fn serve(mut input: impl BufRead + Send + 'static, output: impl Write) -> io::Result<()> {
    let interrupt = Arc::new(AtomicBool::new(false));
    let (sender, incoming) = mpsc::sync_channel(1 << 8);
    let flag = Arc::clone(&interrupt);
    // The thread ends with the stream, or with its next message after the session has ended.
    thread::spawn(move || {
        loop {
            let message = message::read(&mut input);
            let is_last = matches!(message, Ok(None) | Err(_));
            if is_last || matches!(&message, Ok(Some(Incoming::Request(request))) if request.interrupts()) {
                flag.store(true, Ordering::Relaxed);
            }
            if sender.send(message).is_err() || is_last {
                break;
            }
        }
    });
    let mut server = Server::new(output, interrupt);
    while let Ok(message) = incoming.recv() {
        let Some(message) = message? else { break };
        if !server.answer(message)? {
            break;
        }
    }
    Ok(())
}
