//! `account create`: the first thing an operator does. `account password`: the way back in for who lost theirs.

use std::io::{IsTerminal, Write};

use clap::Args;
use engine::CreatedAccount;
use secrecy::{ExposeSecret, SecretString};

use crate::command::{Stop, say};
use crate::config::Settings;
use crate::house::House;

#[derive(Args)]
pub struct NewAccount {
    /// Name of the company, as payers see it
    #[arg(long, value_name = "NAME")]
    name: String,
    /// E-mail of the owner, who signs in with it
    #[arg(long, value_name = "EMAIL")]
    email: String,
    /// The owner's password, at least 12 characters; asked for, or read from standard input, where not given
    #[arg(long, env = "GUICHET_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    password: Option<SecretString>,
    /// Name of the owner [default: the company's]
    #[arg(long, value_name = "NAME")]
    user_name: Option<String>,
    /// Whose days and hours count, by IANA name
    #[arg(long, value_name = "ZONE", default_value = "Europe/Paris")]
    time_zone: String,
    /// ISO 4217
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    currency: String,
    /// Language: en or fr
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    locale: String,
}

#[derive(Args)]
pub struct NewPassword {
    /// E-mail the person signs in with
    #[arg(value_name = "EMAIL")]
    email: String,
    /// The new password, at least 12 characters; asked for, or read from standard input, where not given
    #[arg(long, env = "GUICHET_PASSWORD", value_name = "PASSWORD", hide_env_values = true)]
    password: Option<SecretString>,
}

/// # Errors
/// An e-mail nobody signs in with, a password that can't be, or what else stood in the way; nothing was changed then.
pub async fn password(settings: &Settings, new: NewPassword) -> Result<(), Stop> {
    let password = match new.password {
        Some(password) => password,
        None => ask("New password")?,
    };
    let house = House::open(settings).await?;
    let engine = house.engine(settings.public_url.as_deref().unwrap_or_default()).await?;
    let done = engine.reset_password(&new.email, password).await;
    house.close().await;
    done.map_err(|refused| Stop::failed(refused.field.clone().unwrap_or_else(|| "the password".to_owned()), &refused.message))?;
    say(format_args!("{} signs in with the new password from now on, and is signed out everywhere.", new.email))
}

/// # Errors
/// The field that can't be, or what else stood in the way; nothing was made then.
pub async fn create(settings: &Settings, new: NewAccount) -> Result<(), Stop> {
    let new = checked(new)?;
    let house = House::open(settings).await?;
    let engine = house.engine(settings.public_url.as_deref().unwrap_or_default()).await?;
    let made = engine.create_account(new).await;
    let made = made.map_err(|refused| match &refused.field {
        Some(field) => Stop::failed(format!("--{}", field.replace('_', "-")), &refused.message),
        None => Stop::Failed(refused.message.clone()),
    });
    house.close().await;
    let unheard = |error| Stop::failed("the account is made, but its keys were told to nobody (make new ones in the dashboard)", error);
    writeln!(std::io::stdout(), "{}", keys(&made?)).map_err(unheard)
}

fn checked(new: NewAccount) -> Result<engine::NewAccount, Stop> {
    let currency = model::money::Currency::from_code(&new.currency);
    let currency = currency.ok_or_else(|| Stop::failed("--currency", format!("{:?} is no currency we know, such as EUR", new.currency)))?;
    if model::locale::Locale::from_code(&new.locale).is_none() {
        return Err(Stop::failed("--locale", format!("{:?} is neither en nor fr", new.locale)));
    }
    let password = match new.password {
        Some(password) => password,
        None => ask("Password of the owner")?,
    };
    Ok(engine::NewAccount {
        user_name: new.user_name.unwrap_or_else(|| new.name.clone()),
        name: new.name,
        email: new.email,
        password,
        time_zone: new.time_zone,
        currency,
        locale: new.locale,
    })
}

fn ask(whose: &str) -> Result<SecretString, Stop> {
    if std::io::stdin().is_terminal() {
        eprint!("{whose}, at least 12 characters (it shows as you type): ");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(|error| Stop::failed("the password", error))?;
    Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
}

/// What is told once.
fn keys(made: &CreatedAccount) -> String {
    format!(
        "Account {} for {}. These keys are shown once:\n\n  sandbox     secret  {}\n              public  {}\n  production  secret  {}\n              \
         public  {}\n\nSign in at /dashboard with {}.",
        made.account.id,
        made.account.name,
        made.sandbox_secret.expose_secret(),
        made.sandbox_public,
        made.production_secret.expose_secret(),
        made.production_public,
        made.account.support_email.as_deref().unwrap_or_default(),
    )
}
