.DEFAULT_GOAL := help
.PHONY: help check fmt test slow-test bench tables compare peer-kernels docs

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

check: ## Everything that has to pass before a change is merged
	.ci/run

fmt: ## Format all sources, those in Rust and those in assembly
	cargo fmt --all
	UPDATE_EXPECT=1 cargo test -p miden-cli --test fmt the_sources_of_the_repository

test: ## Run the tests
	cargo test --workspace

slow-test: ## Run the tests, with a proof for every program of the corpus and every example
	SLOW_TESTS=1 cargo test --workspace

tables: ## Measure the tables of the README: some minutes, and 5 GiB
	cargo bench -p miden-cli --bench library

compare: ## Prove the same programs with another machine, in turns, if it is installed: see scripts/compare
	cargo build --release
	scripts/compare

# Plonky3 chooses its instructions when it is compiled; ours are chosen when they run.
peer-kernels: ## Run the benchmarks of the kernels beside those of Plonky3 and winter-prover: minutes, and 5 GiB
	RUSTFLAGS="-C target-cpu=native" cargo bench --locked --manifest-path prover/benches/peer/Cargo.toml --target-dir target/peer

bench: ## Run the benchmarks and print their table and those of the README
	cargo bench -p miden-assembly -p miden-field -p miden-processor -p miden-prover -p miden-vector -p miden-verifier --benches
	cargo bench -p miden-debug --bench way_back
	cargo bench -p miden-cli --bench table
	cargo bench -p miden-cli --bench library

docs: ## Build the reference of the crates, and the book if mdBook is installed
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps
	@if command -v mdbook > /dev/null; then mdbook build docs; else echo "mdBook is not installed"; fi
