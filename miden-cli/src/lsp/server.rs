//! Requests and notifications: dispatch, and the state between them.

use std::collections::{BTreeMap, BTreeSet};

use gen_lsp_types::{
    CodeActionProvider, CodeActionRequest, CodeLensOptions, CodeLensRequest, CompletionOptions,
    CompletionRequest, DefinitionProvider, DefinitionRequest, DidChangeTextDocumentNotification,
    DidChangeWorkspaceFoldersNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification,
    DocumentFormattingProvider, DocumentFormattingRequest, DocumentSymbolProvider, DocumentSymbolRequest,
    ErrorCodes, FoldingRangeProvider, FoldingRangeRequest, Full, HoverProvider, HoverRequest,
    InitializeRequest, InitializeResult, InlayHintProvider, InlayHintRequest, LspNotificationMethod,
    LspRequestMethod, MessageType, Notification, PrepareRenameRequest, PublishDiagnosticsNotification,
    PublishDiagnosticsParams, ReferencesProvider, ReferencesRequest, RegistrationParams, RegistrationRequest,
    RenameOptions, RenameProvider, RenameRequest, Request, Save, SemanticTokensOptions,
    SemanticTokensProvider, SemanticTokensRequest, ServerCapabilities, ServerInfo, ShowMessageNotification,
    ShowMessageParams, ShutdownRequest, SignatureHelpOptions, SignatureHelpRequest,
    TextDocumentContentChangeEvent, TextDocumentSync, TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
    WorkspaceFoldersServerCapabilities, WorkspaceOptions, WorkspaceSymbolProvider, WorkspaceSymbolRequest,
    json_rpc::{Id, RequestObject, ResponseObject},
};
use serde::Serialize;
use serde_json::Value;

use super::{
    address, check,
    features::Features,
    position::Lines,
    refusal::Refusal,
    settings::{Client, Settings},
    tokens,
    transport::failure,
    workspace::Workspace,
};

/// The next step after a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    Continue,
    Exit { after_shutdown: bool },
}

/// A message for the client.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Outgoing {
    Answer(ResponseObject),
    Message(RequestObject),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Lifecycle {
    /// Before `initialize`.
    #[default]
    New,
    Running,
    /// After `shutdown`.
    ShutDown,
}

/// The server between messages.
#[derive(Debug, Default)]
pub(super) struct Server {
    lifecycle: Lifecycle,
    settings: Settings,
    client: Client,
    workspace: Workspace,
    /// Open sources that need a check.
    unchecked: BTreeSet<String>,
    /// For each open source, the sources that its last check depends on.
    depends_on: BTreeMap<String, BTreeSet<String>>,
    answers: Vec<Outgoing>,
}

impl Server {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// Takes the messages to send, in order.
    pub(super) fn take_answers(&mut self) -> Vec<Outgoing> {
        core::mem::take(&mut self.answers)
    }

    /// Handles a request or a notification.
    pub(super) fn handle(&mut self, message: RequestObject) -> Flow {
        let (method, id, params) = message.into_parts();
        let params = params.unwrap_or_default();
        match id {
            Some(id) => {
                let answer = match self.request(&method, id.clone(), params) {
                    Ok(answer) => answer,
                    Err(Refusal { code, message }) => failure(id, code, message),
                };
                self.answers.push(Outgoing::Answer(answer));
                Flow::Continue
            }
            None => self.notification(&method, params),
        }
    }

    fn request(&mut self, method: &str, id: Id, params: Value) -> Result<ResponseObject, Refusal> {
        use LspRequestMethod as Method;
        let refuse = |code, message: &str| Err(Refusal { code, message: message.into() });
        match (self.lifecycle, LspRequestMethod::from(method)) {
            (Lifecycle::New, Method::Initialize) => {}
            (Lifecycle::New, _) => {
                return refuse(ErrorCodes::ServerNotInitialized, "`initialize` must come first");
            }
            (Lifecycle::Running, Method::Initialize) => {
                return refuse(ErrorCodes::InvalidRequest, "`initialize` must come only once");
            }
            (Lifecycle::Running, _) => {}
            (Lifecycle::ShutDown, _) => return refuse(ErrorCodes::InvalidRequest, "the server is shut down"),
        }
        let features = Features { workspace: &self.workspace, client: &self.client };
        match Method::from(method) {
            Method::Initialize => {
                let result = self.initialize(&params);
                Ok(ResponseObject::from_success::<InitializeRequest>(id, result))
            }
            Method::Shutdown => {
                self.lifecycle = Lifecycle::ShutDown;
                Ok(ResponseObject::from_success::<ShutdownRequest>(id, ()))
            }
            Method::TextDocumentDefinition => {
                answer::<DefinitionRequest>(id, params, |params| Ok(features.definition(&params)))
            }
            Method::TextDocumentReferences => {
                answer::<ReferencesRequest>(id, params, |params| Ok(features.references(&params)))
            }
            Method::TextDocumentHover => {
                answer::<HoverRequest>(id, params, |params| Ok(features.hover(&params)))
            }
            Method::TextDocumentCompletion => {
                answer::<CompletionRequest>(id, params, |params| Ok(features.completion(&params)))
            }
            Method::TextDocumentDocumentSymbol => {
                answer::<DocumentSymbolRequest>(id, params, |params| Ok(features.symbols(&params)))
            }
            Method::TextDocumentFormatting => {
                answer::<DocumentFormattingRequest>(id, params, |params| features.formatting(&params))
            }
            Method::TextDocumentSemanticTokensFull => {
                answer::<SemanticTokensRequest>(id, params, |params| Ok(features.semantic_tokens(&params)))
            }
            Method::TextDocumentFoldingRange => {
                answer::<FoldingRangeRequest>(id, params, |params| Ok(features.folding(&params)))
            }
            Method::WorkspaceSymbol => {
                answer::<WorkspaceSymbolRequest>(id, params, |params| Ok(Some(features.search(&params))))
            }
            Method::TextDocumentInlayHint => {
                answer::<InlayHintRequest>(id, params, |params| Ok(features.inlay_hints(&params)))
            }
            Method::TextDocumentSignatureHelp => {
                answer::<SignatureHelpRequest>(id, params, |params| Ok(features.signature(&params)))
            }
            Method::TextDocumentCodeLens => {
                answer::<CodeLensRequest>(id, params, |params| Ok(features.code_lens(&params)))
            }
            Method::TextDocumentCodeAction => {
                answer::<CodeActionRequest>(id, params, |params| Ok(features.code_actions(&params)))
            }
            Method::TextDocumentPrepareRename => {
                answer::<PrepareRenameRequest>(id, params, |params| features.prepare_rename(&params))
            }
            Method::TextDocumentRename => {
                answer::<RenameRequest>(id, params, |params| features.rename(&params))
            }
            _ => refuse(ErrorCodes::MethodNotFound, &format!("there is no method `{method}`")),
        }
    }

    /// Handles a notification. A malformed one has no answer and no effect.
    fn notification(&mut self, method: &str, params: Value) -> Flow {
        use LspNotificationMethod as Method;
        let method = Method::from(method);
        if method == Method::Exit {
            return Flow::Exit { after_shutdown: self.lifecycle == Lifecycle::ShutDown };
        }
        if self.lifecycle != Lifecycle::Running {
            return Flow::Continue;
        }
        match method {
            Method::Initialized => self.watch_files(),
            Method::TextDocumentDidOpen => {
                if let Some(params) = read::<DidOpenTextDocumentNotification>(params) {
                    let document = params.text_document;
                    let name = address::name(&document.uri);
                    self.workspace.open(document.uri, document.version, document.text);
                    self.changed(&name);
                }
            }
            Method::TextDocumentDidChange => {
                if let Some(params) = read::<DidChangeTextDocumentNotification>(params) {
                    let document = params.text_document;
                    let uri = document.text_document_identifier.uri;
                    self.change(&uri, document.version, params.content_changes);
                }
            }
            Method::TextDocumentDidClose => {
                if let Some(params) = read::<DidCloseTextDocumentNotification>(params) {
                    self.close(&params.text_document.uri);
                }
            }
            // Any file may have changed on disk.
            Method::TextDocumentDidSave | Method::WorkspaceDidChangeWatchedFiles => self.check_all(),
            Method::WorkspaceDidChangeWorkspaceFolders => {
                if let Some(params) = read::<DidChangeWorkspaceFoldersNotification>(params) {
                    let folders = &mut self.workspace.folders;
                    let removed = params.event.removed.iter().filter_map(|folder| address::path(&folder.uri));
                    removed.for_each(|removed| folders.retain(|folder| *folder != removed));
                    folders.extend(params.event.added.iter().filter_map(|folder| address::path(&folder.uri)));
                    self.check_all();
                }
            }
            _ => {}
        }
        Flow::Continue
    }

    fn initialize(&mut self, params: &Value) -> InitializeResult {
        self.client = Client::new(params);
        if let Some(options) = params.get("initializationOptions")
            && let Err(error) = self.settings.add(options)
        {
            let message = ShowMessageParams::new(MessageType::Error, error.to_string());
            let message = RequestObject::from_notification::<ShowMessageNotification>(message);
            self.answers.push(Outgoing::Message(message));
        }
        let settings = core::mem::take(&mut self.settings).with_standard();
        self.workspace = Workspace::new(self.client.folders.clone(), settings);
        self.lifecycle = Lifecycle::Running;
        InitializeResult {
            capabilities: self.capabilities(),
            server_info: Some(ServerInfo {
                name: env!("CARGO_BIN_NAME").into(),
                version: Some(env!("CARGO_PKG_VERSION").into()),
            }),
        }
    }

    fn capabilities(&self) -> ServerCapabilities {
        ServerCapabilities {
            position_encoding: Some(self.client.encoding.kind()),
            text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(Save::Bool(true)),
                ..TextDocumentSyncOptions::default()
            })),
            hover_provider: Some(HoverProvider::Bool(true)),
            definition_provider: Some(DefinitionProvider::Bool(true)),
            references_provider: Some(ReferencesProvider::Bool(true)),
            document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
            document_formatting_provider: Some(DocumentFormattingProvider::Bool(true)),
            rename_provider: Some(RenameProvider::RenameOptions(RenameOptions {
                prepare_provider: Some(true),
                ..RenameOptions::default()
            })),
            semantic_tokens_provider: Some(SemanticTokensProvider::SemanticTokensOptions(
                SemanticTokensOptions {
                    legend: tokens::legend(),
                    full: Some(Full::Bool(true)),
                    ..SemanticTokensOptions::default()
                },
            )),
            folding_range_provider: Some(FoldingRangeProvider::Bool(true)),
            workspace_symbol_provider: Some(WorkspaceSymbolProvider::Bool(true)),
            inlay_hint_provider: Some(InlayHintProvider::Bool(true)),
            signature_help_provider: Some(SignatureHelpOptions {
                trigger_characters: Some(vec![".".into()]),
                ..SignatureHelpOptions::default()
            }),
            code_lens_provider: Some(CodeLensOptions::default()),
            code_action_provider: Some(CodeActionProvider::Bool(true)),
            completion_provider: Some(CompletionOptions {
                trigger_characters: Some(vec![".".into(), ":".into(), "{".into()]),
                ..CompletionOptions::default()
            }),
            workspace: Some(WorkspaceOptions {
                workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                    supported: Some(true),
                    change_notifications: Some(true.into()),
                }),
                ..WorkspaceOptions::default()
            }),
            ..ServerCapabilities::default()
        }
    }

    /// Asks the client to report changes of sources that are not open.
    fn watch_files(&mut self) {
        if !self.client.watches_files {
            return;
        }
        let method = LspNotificationMethod::WorkspaceDidChangeWatchedFiles;
        let registration = serde_json::json!({
            "registrations": [{
                "id": "sources",
                "method": method,
                "registerOptions": {"watchers": [{"globPattern": "**/*.masm"}]},
            }],
        });
        let params = serde_json::from_value::<RegistrationParams>(registration)
            .expect("the registration has the form of the protocol");
        let request = RequestObject::from_request::<RegistrationRequest>(Id::Number(0), params);
        self.answers.push(Outgoing::Message(request));
    }

    fn change(&mut self, uri: &Uri, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        let Some(document) = self.workspace.document(uri) else { return };
        let (client_uri, mut text) = (document.uri.clone(), document.source().text().to_owned());
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let span = Lines::new(&text, self.client.encoding).span(change.range);
                    text.replace_range(span.range(), &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    text = change.text;
                }
            }
        }
        self.workspace.open(client_uri, version, text);
        self.changed(&address::name(uri));
    }

    /// Schedules checks of an open text and of the texts that depend on it; of all texts if it is new, because they may
    /// have missed it.
    fn changed(&mut self, name: &str) {
        self.workspace.forget_files();
        let is_first = !self.depends_on.contains_key(name);
        let depend = self.depends_on.iter().filter(|(_, sources)| is_first || sources.contains(name));
        self.unchecked.extend(depend.map(|(name, _)| name.clone()));
        self.unchecked.insert(name.into());
    }

    fn check_all(&mut self) {
        self.workspace.forget_files();
        self.unchecked.extend(self.depends_on.keys().cloned());
    }

    fn close(&mut self, uri: &Uri) {
        let name = address::name(uri);
        let was_open = self.workspace.document(uri).is_some();
        self.workspace.close(uri);
        self.unchecked.remove(&name);
        self.depends_on.remove(&name);
        self.check_all();
        if was_open {
            // Only open texts show errors.
            let nothing = PublishDiagnosticsParams::new(uri.clone(), None, Vec::new());
            self.answers.push(Outgoing::Message(publish(nothing)));
        }
    }

    /// Checks the next open text that has changed.
    pub(super) fn check_next(&mut self) -> Option<RequestObject> {
        let (name, document) = loop {
            let name = self.unchecked.pop_first()?;
            if let Some(document) = self.workspace.document_named(&name) {
                break (name, document);
            }
        };
        let analysis = document.analysis();
        let findings = check::check(&self.workspace, analysis);
        let mut diagnostics = check::diagnostics(&self.workspace, analysis, &findings, self.client.encoding);
        if !self.client.reads_related_places {
            diagnostics.iter_mut().for_each(|diagnostic| diagnostic.related_information = None);
        }
        let (uri, version) = (document.uri.clone(), Some(document.version));
        self.depends_on.insert(name, findings.sources);
        Some(publish(PublishDiagnosticsParams { uri, version, diagnostics }))
    }
}

fn publish(params: PublishDiagnosticsParams) -> RequestObject {
    RequestObject::from_notification::<PublishDiagnosticsNotification>(params)
}

/// Runs a request.
fn answer<R: Request>(
    id: Id,
    params: Value,
    run: impl FnOnce(R::Params) -> Result<R::Result, Refusal>,
) -> Result<ResponseObject, Refusal> {
    let params = serde_json::from_value(params)
        .map_err(|error| Refusal { code: ErrorCodes::InvalidParams, message: error.to_string() })?;
    run(params).map(|result| ResponseObject::from_success::<R>(id, result))
}

/// The parameters of a notification, unless malformed.
fn read<N: Notification>(params: Value) -> Option<N::Params> {
    let read = serde_json::from_value(params);
    read.inspect_err(|error| log::warn!("`{}` has malformed parameters: {error}", N::METHOD)).ok()
}
