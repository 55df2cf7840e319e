//! The command line in the user's language: which one, help texts, and what clap says of wrong arguments.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, CommandFactory as _};

use super::terminal::Terminal;
use super::{Cli, Exit};
use crate::diagnostics::Lang;

/// Stands between the Korean and the English half of a help text.
const BETWEEN: &str = " | ";

/// The language asked for by `--lang`, looked for by hand: help and usage errors come before clap has parsed it.
pub(super) fn asked(args: &[OsString]) -> Option<Lang> {
    let mut args = args.iter().skip(1).map_while(|arg| {
        let arg = arg.to_string_lossy();
        (arg != "--").then_some(arg)
    });
    let mut asked = None;
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--lang=") {
            Some(value) => value.to_owned(),
            None if arg == "--lang" => args.next()?.into_owned(),
            None => continue,
        };
        asked = match value.as_str() {
            "ko" => Some(Lang::Ko),
            "en" => Some(Lang::En),
            _ => asked,
        };
    }
    asked
}

/// English in an English locale, Korean everywhere else, also in `C` and where nothing is said.
pub(super) fn of_locale(locale: Option<&str>) -> Lang {
    match locale {
        Some(locale)
            if locale == "en" || locale.starts_with("en_") || locale.starts_with("en-") =>
        {
            Lang::En
        }
        Some(locale) if locale.starts_with("en.") => Lang::En,
        _ => Lang::Ko,
    }
}

/// The command line with all its texts in `lang`.
pub(super) fn command(lang: Lang) -> clap::Command {
    let command = Cli::command().disable_help_subcommand(true);
    let mut command = localized(command, lang);
    if lang == Lang::Ko {
        command = command
            .subcommand_help_heading("명령")
            .subcommand_value_name("명령");
        // Built, so that the generated usage lines can be translated.
        command.build();
        command = with_korean_usage(command);
    }
    command
}

fn localized(command: clap::Command, lang: Lang) -> clap::Command {
    let about = command
        .get_about()
        .map(|text| half(&text.to_string(), lang));
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let versioned = command.get_version().is_some();
    let mut command = command
        .mut_args(|arg| localized_arg(arg, lang))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .arg(flag(
            "help",
            'h',
            ArgAction::Help,
            "이 도움말 | Print this help",
            lang,
        ));
    if versioned {
        let text = "판 번호를 보여 줍니다 | Print the version";
        command = command.arg(flag("version", 'V', ArgAction::Version, text, lang));
    }
    if let Some(about) = about {
        command = command.about(about);
    }
    if lang == Lang::Ko {
        command = command
            .help_template("{about}\n\n사용법: {usage}\n\n{all-args}{after-help}")
            .next_help_heading("옵션");
    }
    for name in names {
        command = command.mut_subcommand(name, |sub| localized(sub, lang));
    }
    command
}

fn localized_arg(arg: Arg, lang: Lang) -> Arg {
    let help = arg.get_help().map(|text| half(&text.to_string(), lang));
    let heading = if arg.is_positional() {
        "인자"
    } else {
        "옵션"
    };
    let takes_values = arg.get_action().takes_values();
    let arg = arg.hide_possible_values(takes_values);
    let arg = match lang {
        Lang::Ko => arg.help_heading(heading),
        Lang::En => arg,
    };
    match help {
        Some(help) => arg.help(help),
        None => arg,
    }
}

fn flag(name: &'static str, short: char, action: ArgAction, text: &str, lang: Lang) -> Arg {
    let arg = Arg::new(name)
        .long(name)
        .short(short)
        .action(action)
        .help(text.to_owned());
    localized_arg(arg, lang)
}

/// The half of a two-language text.
fn half(text: &str, lang: Lang) -> String {
    let (ko, en) = text.split_once(BETWEEN).unwrap_or((text, text));
    match lang {
        Lang::Ko => ko.to_owned(),
        Lang::En => en.to_owned(),
    }
}

fn with_korean_usage(mut command: clap::Command) -> clap::Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|sub| sub.get_name().to_owned())
        .collect();
    let usage = korean_usage(&command.render_usage().to_string());
    command = command.override_usage(usage);
    for name in names {
        command = command.mut_subcommand(name, with_korean_usage);
    }
    command
}

fn korean_usage(usage: &str) -> String {
    usage
        .trim()
        .trim_start_matches("Usage:")
        .trim()
        .replace("[OPTIONS]", "[옵션]")
}

/// Prints what clap has to say — help and version on standard output, complaints on standard error.
pub(super) fn usage_error(error: &clap::Error, lang: Lang) -> Exit {
    let terminal = Terminal::new(lang, false);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            terminal.print(&error.render().to_string());
            Exit::Done
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            terminal.tell(&error.render().to_string());
            Exit::Usage
        }
        _ => {
            let text = match lang {
                Lang::En => error.render().to_string(),
                Lang::Ko => korean_complaint(error),
            };
            terminal.tell(&text);
            Exit::Usage
        }
    }
}

fn korean_complaint(error: &clap::Error) -> String {
    let context = |kind| {
        error.get(kind).map(|value| match value {
            ContextValue::Strings(all) => all.join(", "),
            other => other.to_string(),
        })
    };
    let arg = context(ContextKind::InvalidArg).unwrap_or_default();
    let value = context(ContextKind::InvalidValue).unwrap_or_default();
    let said = match error.kind() {
        ErrorKind::UnknownArgument => format!("없는 옵션입니다: `{arg}`"),
        ErrorKind::InvalidSubcommand => format!(
            "없는 명령입니다: `{}`",
            context(ContextKind::InvalidSubcommand).unwrap_or_default()
        ),
        ErrorKind::InvalidValue if value.is_empty() => format!("값이 필요합니다: `{arg}`"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("`{arg}`에 쓸 수 없는 값입니다: `{value}`")
        }
        ErrorKind::MissingRequiredArgument => format!("빠진 것이 있습니다: `{arg}`"),
        ErrorKind::MissingSubcommand => "명령이 빠졌습니다.".to_owned(),
        ErrorKind::ArgumentConflict => format!("함께 쓸 수 없거나 두 번 썼습니다: `{arg}`"),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("값의 수가 맞지 않습니다: `{arg}`")
        }
        ErrorKind::InvalidUtf8 => "인자가 UTF-8이 아닙니다.".to_owned(),
        _ => {
            let text = error.render().to_string();
            text.lines()
                .next()
                .unwrap_or("")
                .trim_start_matches("error: ")
                .to_owned()
        }
    };
    let mut out = format!("오류: {said}\n");
    let near = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ]
    .into_iter()
    .find_map(context);
    if let Some(near) = near {
        out.push_str(&format!("  = 혹시 `{near}`인가요?\n"));
    } else if let Some(known) = context(ContextKind::ValidValue).filter(|known| !known.is_empty()) {
        out.push_str(&format!("  = 쓸 수 있는 값: {known}\n"));
    }
    if let Some(usage) = context(ContextKind::Usage) {
        out.push_str(&format!("\n사용법: {}\n", korean_usage(&usage)));
    }
    out.push_str("\n자세한 것은 `--help`를 보세요.\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn the_command_line_is_well_formed_in_both_languages() {
        for lang in [Lang::Ko, Lang::En] {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn every_command_and_argument_speaks_both_languages() {
        let mut waiting = vec![Cli::command()];
        while let Some(command) = waiting.pop() {
            let about = command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(about.contains(BETWEEN), "{}", command.get_name());
            for arg in command.get_arguments() {
                let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
                let halves = help.split(BETWEEN).count();
                assert_eq!(halves, 2, "{} {}", command.get_name(), arg.get_id());
            }
            waiting.extend(command.get_subcommands().cloned());
        }
    }

    #[test]
    fn the_language_is_the_one_asked_for_or_the_locales() {
        assert_eq!(asked(&args("notes build --lang en")), Some(Lang::En));
        assert_eq!(asked(&args("notes --lang=ko --help")), Some(Lang::Ko));
        assert_eq!(asked(&args("notes search -- --lang en")), None);
        assert_eq!(asked(&args("notes --lang")), None);
        for (locale, lang) in [
            (None, Lang::Ko),
            (Some("C"), Lang::Ko),
            (Some("C.UTF-8"), Lang::Ko),
            (Some("ko_KR.UTF-8"), Lang::Ko),
            (Some("en_US.UTF-8"), Lang::En),
            (Some("en"), Lang::En),
            (Some("eo"), Lang::Ko),
            (Some("enm_GB"), Lang::Ko),
        ] {
            assert_eq!(of_locale(locale), lang, "{locale:?}");
        }
    }
}
