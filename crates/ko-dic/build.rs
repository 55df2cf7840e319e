//! Compiles the packed dictionary into the form Lindera reads in place, with no network:
//!
//! 1. unpack `data/ko-dic.kodic`;
//! 2. write MeCab's source files (CSV, `unk.def`, `char.def`, `matrix.def`) to `OUT_DIR`, connection ids replaced by their classes and the
//!    features cut to tag and expression;
//! 3. run Lindera's own dictionary builder on them, and delete them.
//!
//! `src/embedded.rs` embeds the result.

use std::{
    env,
    error::Error,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use ko_dic_codec::{Connections, Dictionary, Entry};
use lindera_dictionary::{
    builder::DictionaryBuilder,
    dictionary::{context_id_map::ContextIdMap, metadata::Metadata, schema::Schema},
};

const PACKED: &str = "data/ko-dic.kodic";

/// Cost of a user dictionary's word that does not state one: Lindera's, low enough to win against any path of several words.
const USER_WORD_COST: i16 = -10_000;
/// Connection ids of a user dictionary's word that does not state them: `NNG,*,*` in mecab-ko-dic's `left-id.def` and `right-id.def`.
const USER_WORD_IDS: (u16, u16) = (1780, 3532);

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed={PACKED}");
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "ko-dic: the Korean dictionary cannot be compiled: {error}\n\
                 It is made from crates/ko-dic/{PACKED}, which is part of the repository.\n\
                 To see whether that file is whole:    cargo xtask dictionary --check\n\
                 To restore it:                        git checkout -- crates/ko-dic/data\n\
                 To make it again (needs the network): cargo xtask dictionary\n\
                 If the file is whole, look at the room left on the disk: compiling takes 300 MB."
            );
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo did not set OUT_DIR")?);
    let (source, compiled) = (out.join("source"), out.join("ko-dic"));
    let packed = fs::read(PACKED).map_err(|error| format!("cannot read {PACKED}: {error}"))?;
    let dictionary = ko_dic_codec::decode(&packed)?;

    start_afresh(&source)?;
    start_afresh(&compiled)?;
    write_sources(&dictionary, &source)
        .map_err(|error| format!("cannot write to {}: {error}", source.display()))?;
    DictionaryBuilder::new(metadata(&dictionary.connections))
        .build_dictionary(&source, &compiled)?;
    fs::remove_dir_all(&source)?;

    // The variable `lindera_dictionary::embedded_dictionary!` looks for its files under.
    println!("cargo::rustc-env=LINDERA_WORKDIR={}", out.display());
    Ok(())
}

fn start_afresh(directory: &Path) -> io::Result<()> {
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::create_dir_all(directory)
}

/// What Lindera should know about the dictionary.
///
/// Without `space_penalty`: Lindera would scan every word for it whenever a segmenter is made (half a second). Without
/// `connection_id_mapping`: the ids are renumbered already. But with the map from mecab-ko-dic's ids to ours, which Lindera applies to user
/// dictionaries, so that they can use mecab-ko-dic's.
fn metadata(connections: &Connections) -> Metadata {
    let schema =
        |fields: &[&str]| Schema::new(fields.iter().map(|&field| field.to_owned()).collect());
    let mut metadata = Metadata::new(
        "ko-dic".to_owned(),
        "UTF-8".to_owned(),
        USER_WORD_COST,
        USER_WORD_IDS.0,
        USER_WORD_IDS.1,
        ko_dic_codec::NONE.to_owned(),
        false,
        false,
        false,
        schema(&[
            "surface",
            "left_context_id",
            "right_context_id",
            "cost",
            "part_of_speech_tag",
            "expression",
        ]),
        schema(&["surface", "part_of_speech_tag", "expression"]),
    );
    metadata.context_id_map = Some(ContextIdMap {
        left: connections.left_classes().to_vec(),
        right: connections.right_classes().to_vec(),
    });
    metadata
}

fn write_sources(dictionary: &Dictionary, directory: &Path) -> Result<(), Box<dyn Error>> {
    let connections = &dictionary.connections;
    let file = |name| {
        io::Result::Ok(BufWriter::with_capacity(
            1 << 20,
            File::create(directory.join(name))?,
        ))
    };

    let mut csv = file("ko-dic.csv")?;
    dictionary
        .entries
        .iter()
        .try_for_each(|entry| write_entry(&mut csv, entry, connections))?;
    csv.flush()?;

    let mut unknown = file("unk.def")?;
    dictionary
        .unknown
        .iter()
        .try_for_each(|entry| write_entry(&mut unknown, entry, connections))?;
    unknown.flush()?;

    fs::write(directory.join("char.def"), &dictionary.character_definition)?;

    if connections.left_classes().first() != Some(&0)
        || connections.right_classes().first() != Some(&0)
    {
        return Err("Lindera needs id 0 for the beginning and the end of a sentence".into());
    }
    let mut matrix = file("matrix.def")?;
    writeln!(
        matrix,
        "{} {}",
        connections.right_count(),
        connections.left_count()
    )?;
    for left in 0..connections.left_count() {
        for (right, cost) in connections.row(left).unwrap_or_default().iter().enumerate() {
            writeln!(matrix, "{right} {left} {cost}")?;
        }
    }
    Ok(matrix.flush()?)
}

/// Writes one line of CSV, ids replaced by their classes.
fn write_entry(
    out: &mut impl Write,
    entry: &Entry,
    connections: &Connections,
) -> Result<(), Box<dyn Error>> {
    let class_of = |classes: &[u16], id: u16| {
        classes
            .get(usize::from(id))
            .copied()
            .ok_or("a connection id is outside the matrix")
    };
    let left = class_of(connections.left_classes(), entry.class.left_id)?;
    let right = class_of(connections.right_classes(), entry.class.right_id)?;
    // A few surfaces end in a space ("내셔날 "), which Lindera would trim too: no word is looked up with the space after it.
    write_field(out, entry.surface.trim())?;
    write!(out, ",{left},{right},{},", entry.cost)?;
    write_field(out, &entry.class.tag)?;
    out.write_all(b",")?;
    write_field(out, &entry.expression)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes a field of CSV, quoted where it must be (RFC 4180).
fn write_field(out: &mut impl Write, field: &str) -> io::Result<()> {
    if field.contains([',', '"', '\n', '\r']) {
        write!(out, "\"{}\"", field.replace('"', "\"\""))
    } else {
        out.write_all(field.as_bytes())
    }
}
