use std::path::{Path, PathBuf};
use std::time::Duration;

use fairlead_connect::{ConnectError, Session};
use fairlead_domain::cloud::Cloud;
use fairlead_domain::problem::ProblemCode;
use fairlead_state::connection::CloudChoice;
use fairlead_state::secrets::choose;
use fairlead_state::{Chosen, Realm, Store, StoreRequest, config_dir};
use fairlead_wire::{ProxyChoice, Settings, Transport, clock_for};

/// How long Microsoft is waited for where nothing is said: grants may need minutes.
const PATIENCE: Duration = Duration::from_mins(3);

/// What is said about the whole product, before any command.
#[derive(Debug, Clone, Default)]
pub struct Configuration {
    /// `--config`.
    pub folder: Option<PathBuf>,
    /// `--cloud`: a name or a file.
    pub cloud: Option<String>,
    /// `--secret-store`, `--key-file`, `--passphrase-file`.
    pub secrets: StoreRequest,
    /// Which proxy.
    pub proxy: ProxyChoice,
}

/// The product, opened on one configuration folder.
#[derive(Debug)]
pub struct App {
    folder: PathBuf,
    cloud: Option<CloudChoice>,
    secrets: StoreRequest,
    proxy: ProxyChoice,
}

impl App {
    /// Opens a configuration. Nothing is created until something has to be kept.
    pub fn open(configuration: Configuration) -> Result<Self, ConnectError> {
        let folder = config_dir(configuration.folder.as_deref(), |name| {
            std::env::var_os(name)
        })?;
        let cloud = configuration
            .cloud
            .as_deref()
            .map(cloud_choice)
            .transpose()?;
        Ok(Self {
            folder,
            cloud,
            secrets: configuration.secrets,
            proxy: configuration.proxy,
        })
    }

    /// The configuration folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The cloud that was named, else the global one.
    pub fn cloud_choice(&self) -> Result<CloudChoice, ConnectError> {
        match &self.cloud {
            Some(choice) => Ok(choice.clone()),
            None => Ok(CloudChoice::named("global")?),
        }
    }

    /// The cloud that was named, if one was.
    pub(crate) const fn named_cloud(&self) -> Option<&CloudChoice> {
        self.cloud.as_ref()
    }

    /// The realms that a command without a cloud looks through, or the one of the cloud it names.
    pub(crate) fn realms(&self) -> Vec<Realm> {
        match &self.cloud {
            Some(choice) => vec![choice.realm()],
            None => vec![Realm::Real, Realm::Simulated],
        }
    }

    /// What is remembered of a realm.
    pub(crate) async fn store(&self, realm: Realm) -> Result<Store, ConnectError> {
        Ok(Store::open(&self.folder, realm).await?)
    }

    /// Everything that a use case in a cloud works with, and why its secret store was chosen.
    pub async fn session(&self, choice: &CloudChoice) -> Result<(Session, Chosen), ConnectError> {
        let cloud = choice.cloud()?;
        let store = self.store(choice.realm()).await?;
        let (secrets, chosen) = choose(&store, self.secrets.clone()).await?;
        let transport = self.transport(&cloud)?;
        Ok((
            Session {
                cloud,
                transport,
                store,
                secrets,
                patience: PATIENCE,
            },
            chosen,
        ))
    }

    /// The way to a cloud.
    fn transport(&self, cloud: &Cloud) -> Result<Transport, ConnectError> {
        let settings = Settings {
            proxy: self.proxy.clone(),
            ..Settings::for_cloud(cloud)
        };
        Ok(Transport::new(settings, clock_for(cloud))?)
    }

    /// The secret store request of the command line.
    pub(crate) const fn store_request(&self) -> &StoreRequest {
        &self.secrets
    }
}

/// A cloud by its name, or by the file that a simulated tenant prints.
fn cloud_choice(text: &str) -> Result<CloudChoice, ConnectError> {
    if let Ok(choice) = CloudChoice::named(text) {
        return Ok(choice);
    }
    let path = Path::new(text);
    if !path.exists() {
        return Err(ConnectError::rule(
            ProblemCode::CloudInvalid,
            format!(
                "`{text}` is neither a cloud (`global`, `us-gov-l4`, `us-gov-l5`, `china`) nor a file"
            ),
        ));
    }
    let content = std::fs::read_to_string(path).map_err(|error| {
        ConnectError::rule(
            ProblemCode::FileUnreadable,
            format!("the cloud file `{text}`: {error}"),
        )
    })?;
    // The simulator prints one line; what a person's redirection added behind it does no harm.
    let line = content
        .lines()
        .find(|line| line.trim_start().starts_with('{'))
        .unwrap_or(&content);
    let whole = if content.trim_start().starts_with("{\n") {
        content.as_str()
    } else {
        line
    };
    Ok(CloudChoice::from_file_text(whole)?)
}
