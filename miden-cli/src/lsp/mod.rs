//! The editor server: the Language Server Protocol over a pair of streams.

use std::{
    io::{self, BufReader, Write},
    sync::mpsc::{self, Receiver, TryRecvError},
    thread,
};

mod actions;
mod address;
mod check;
mod features;
mod folding;
mod hints;
mod lens;
mod outline;
mod position;
mod refusal;
mod search;
mod server;
mod settings;
mod standard;
mod tokens;
mod transport;
mod workspace;

pub(crate) use settings::Settings;

use server::{Flow, Server};
use transport::Incoming;

/// Why the server ended unexpectedly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum LspError {
    /// The client disconnected, or sent `exit` without `shutdown`.
    #[error("the editor disconnected without `shutdown`")]
    NoShutdown,
    /// A stream failed.
    #[error("cannot communicate with the editor: {0}")]
    Stream(#[from] io::Error),
}

/// Capacity of the queue of messages; the client blocks when it is full.
const QUEUE: usize = 64;

/// Serves a client over standard input and output until it sends `exit`.
pub(crate) fn run(settings: Settings) -> Result<(), LspError> {
    let (sender, receiver) = mpsc::sync_channel(QUEUE);
    // The thread ends with the stream, or with the process.
    thread::Builder::new().name("reader".into()).spawn(move || {
        let mut input = BufReader::new(io::stdin());
        loop {
            let message = transport::read(&mut input).transpose();
            let is_last = !matches!(message, Some(Ok(_)));
            if message.is_none_or(|message| sender.send(message).is_err()) || is_last {
                break;
            }
        }
    })?;
    serve(settings, &receiver, &mut io::stdout().lock())
}

fn serve(
    settings: Settings,
    receiver: &Receiver<io::Result<Incoming>>,
    output: &mut impl Write,
) -> Result<(), LspError> {
    let mut server = Server::new(settings);
    loop {
        let message = match receiver.try_recv() {
            Ok(message) => message?,
            Err(TryRecvError::Disconnected) => return Err(LspError::NoShutdown),
            Err(TryRecvError::Empty) => {
                // Texts are checked when the queue is empty, so that typing does not wait for checks.
                if let Some(notification) = server.check_next() {
                    transport::write(output, &notification)?;
                    continue;
                }
                receiver.recv().map_err(|_| LspError::NoShutdown)??
            }
        };
        let flow = match message {
            Incoming::Message(message) => server.handle(message),
            Incoming::Malformed(answer) => {
                transport::write(output, &answer)?;
                continue;
            }
        };
        for answer in server.take_answers() {
            transport::write(output, &answer)?;
        }
        match flow {
            Flow::Continue => {}
            Flow::Exit { after_shutdown: true } => return Ok(()),
            Flow::Exit { after_shutdown: false } => return Err(LspError::NoShutdown),
        }
    }
}
