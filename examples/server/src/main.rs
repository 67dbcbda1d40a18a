//! Serves on the loopback interface: `miden-example-server [PORT]`, by default 8080.

#![allow(clippy::print_stderr, reason = "a program says where it listens")]

use std::{env, error::Error, net::Ipv4Addr, num::NonZero, sync::Arc, thread};

use miden::{ExecutionOptions, ProverOptions};
use miden_example_server::{Queue, QueueOptions, router};
use tokio::{net::TcpListener, runtime};

fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = env::args().nth(1).map_or(Ok(8080), |port| port.parse())?;
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    // Two proofs at a time share the cores. The prover refuses a proof that the machine has no memory for.
    let options = QueueOptions {
        workers: 2,
        threads: cores.div_ceil(2),
        max_waiting: 100,
        max_ended: 100,
        prover: ProverOptions::default()
            .with_execution(ExecutionOptions::default().with_max_trace_rows(1 << 20)),
    };
    let queue = Arc::new(Queue::new(options)?);
    // One thread is enough for requests: the work is done by the workers.
    runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        eprintln!("listening on {}", listener.local_addr()?);
        axum::serve(listener, router(queue)).await?;
        Ok(())
    })
}
