//! Documents as PDF, read back by pypdf: what stands in them, that nothing is cut, and their limits.

use std::{env, fs, path::PathBuf, process::Command};

use chrono::DateTime;
use glovebox::{
    config::ServerLimits,
    pdf::{self, Block, Column, Document, Figure, Paper, Span, Table},
};
use serde_json::{Value, json};

use crate::command::skip;

/// What a reader finds in a PDF.
pub struct Read {
    pub title: String,
    pub pages: Vec<Value>,
}

impl Read {
    pub fn text_of(&self, page: usize) -> &str {
        self.pages[page]["text"].as_str().unwrap()
    }

    /// The text of all pages, with one space between words.
    pub fn text(&self) -> String {
        let texts: Vec<_> = (0..self.pages.len()).map(|page| self.text_of(page)).collect();
        texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn pictures(&self) -> usize {
        let pages = self.pages.iter();
        pages.map(|page| page["pictures"].as_array().unwrap().len()).sum()
    }

    pub fn says(&self, words: &str) {
        let text = self.text();
        assert!(text.contains(words), "{words:?} is not in {text}");
    }
}

/// What pypdf finds in each of the files; none, and said aloud, where there is no pypdf.
pub fn read_all(pdfs: &[Vec<u8>]) -> Option<Vec<Read>> {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("no PDF is read: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let place = |number: usize, pdf: &Vec<u8>| {
        let path = folder.path().join(format!("{number}.pdf"));
        fs::write(&path, pdf).unwrap();
        path
    };
    let paths: Vec<PathBuf> = pdfs
        .iter()
        .enumerate()
        .map(|(number, pdf)| place(number, pdf))
        .collect();
    let reader = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/pdf_reader.py");
    let done = Command::new(python).arg(reader).args(&paths).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let lines = String::from_utf8(done.stdout).unwrap();
    let read = |line: &str| {
        let mut found: Value = serde_json::from_str(line).unwrap();
        Read {
            title: found["title"].as_str().unwrap_or_default().to_owned(),
            pages: found["pages"].as_array_mut().unwrap().drain(..).collect(),
        }
    };
    let found: Vec<_> = lines.lines().map(read).collect();
    assert_eq!(found.len(), pdfs.len());
    Some(found)
}

pub fn read(pdf: &[u8]) -> Option<Read> {
    Some(read_all(&[pdf.to_vec()])?.remove(0))
}

fn document(blocks: Vec<Block>) -> Document {
    Document {
        title: "Sales".to_owned(),
        subtitle: "As of today".to_owned(),
        made_at: DateTime::from_timestamp(1_700_000_000, 0).unwrap(),
        paper: Paper::A4,
        blocks,
    }
}

fn written(blocks: Vec<Block>, limits: &ServerLimits) -> Option<Read> {
    read(&pdf::write(document(blocks), limits).unwrap())
}

fn table(columns: usize, rows: usize, cell: impl Fn(usize, usize) -> Value) -> Table {
    Table {
        columns: (0..columns).map(|at| Column::text(format!("head{at}x"))).collect(),
        rows: (0..rows)
            .map(|row| (0..columns).map(|at| cell(row, at)).collect())
            .collect(),
        row_count: rows as u64,
        rest: "The CSV has all of them.".to_owned(),
    }
}

/// A PNG of one grey.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![90; (width * height) as usize]).unwrap();
    writer.finish().unwrap();
    bytes
}

#[test]
fn no_table_is_cut_in_fifty_documents() {
    let limits = ServerLimits::default();
    let shapes: Vec<_> = (0..50_usize)
        .map(|n| (1 + n * 7 % 23, 1 + n * 31 % 50, 1 + n * 5 % 9, n))
        .collect();
    let cell = |words: usize, n: usize| {
        move |row: usize, at: usize| {
            let count = if at.is_multiple_of(3) { words } else { 1 };
            let words: Vec<_> = (0..count).map(|word| format!("r{row}c{at}w{word}n{n}z")).collect();
            Value::from(words.join(" "))
        }
    };
    let pdfs: Vec<_> = shapes
        .iter()
        .map(|(columns, rows, words, n)| {
            let above = (0..n % 11).map(|_| Block::Paragraph(vec![Span::plain("Words. ".repeat(80))]));
            let mut blocks: Vec<_> = above.collect();
            blocks.push(Block::Heading {
                level: 2,
                text: format!("Table number{n}"),
            });
            blocks.push(Block::Table(table(*columns, *rows, cell(*words, *n))));
            pdf::write(document(blocks), &limits).unwrap()
        })
        .collect();
    let Some(found) = read_all(&pdfs) else { return };
    for ((columns, rows, words, n), read) in shapes.into_iter().zip(found) {
        // A word that is wider than its column is broken over lines, not over pages.
        let pages: Vec<String> = (0..read.pages.len())
            .map(|page| read.text_of(page).split_whitespace().collect())
            .collect();
        let cell = cell(words, n);
        for row in 0..rows {
            for at in 0..columns {
                let text = cell(row, at).as_str().unwrap().to_owned();
                let whole = pages
                    .iter()
                    .find(|page| text.split(' ').all(|word| page.contains(word)));
                let whole = whole.unwrap_or_else(|| panic!("{text} of document {n} is not on one page"));
                assert!(
                    whole.contains(&format!("head{at}x")),
                    "the page of {text} in document {n} lacks the header"
                );
            }
        }
        for (number, page) in read.pages.iter().enumerate() {
            assert_eq!(page["embedded"], true);
            let foot = format!("Page {} of {}", number + 1, read.pages.len());
            assert!(read.text_of(number).contains(&foot));
        }
        let heading = pages
            .iter()
            .position(|page| page.contains(&format!("Tablenumber{n}")))
            .unwrap();
        assert!(
            pages[heading].contains("head0x"),
            "the heading of document {n} is alone"
        );
    }
}

#[test]
fn what_a_document_says_is_found_in_it() {
    let markdown = "# Results\n\nNorth is **up** by `4 %`.\n\n1. One\n2. Two\n   - Within\n\n| a | b |\n| - | - |\n| x | y |\n\n```\nlet code = 1;\n```\n\n![secret](http://example.com/x.png) <b>raw</b>";
    let mut blocks = pdf::markdown(markdown);
    blocks.push(Block::Figures(vec![Figure {
        title: "Total".to_owned(),
        value: pdf::number(&json!(1_234_567.5)),
        note: "Computed today".to_owned(),
        problem: None,
    }]));
    let mut figures = table(1, 0, |_, _| Value::Null);
    figures.columns = vec![Column::typed("share", "f64"), Column::typed("n", "i64")];
    figures.rows = vec![
        vec![json!(0.1 + 0.2), json!(-7)],
        vec![Value::Null, json!(9_007_199_254_740_993_i64)],
    ];
    figures.row_count = 2;
    blocks.push(Block::Table(figures));
    blocks.push(Block::Picture {
        png: png(640, 480),
        alt: "Bars".to_owned(),
    });
    let mut letter = document(blocks);
    letter.paper = Paper::Letter;
    let Some(read) = read(&pdf::write(letter, &ServerLimits::default()).unwrap()) else {
        return;
    };
    assert_eq!(read.title, "Sales");
    assert_eq!(read.pages[0]["size"], json!([612.0, 792.0]));
    for words in [
        "Sales As of today",
        "Results",
        "North is up by 4 %.",
        "1. One 2. Two • Within",
        "x y",
        "let code = 1;",
        "1,234,567.5",
        "0.3 -7",
        "9007199254740993",
        "<b>raw</b>",
        "2023-11-14 22:13 UTC",
    ] {
        read.says(words);
    }
    assert!(!read.text().contains("example.com/x.png"));
    assert_eq!(
        read.pages.iter().map(|page| page["pictures"].clone()).next_back(),
        Some(json!([[640, 480]]))
    );
}

#[test]
fn letters_beyond_latin_are_written_and_what_the_fonts_lack_is_told() {
    let limits = ServerLimits::default();
    let plain = "Größe Ελλάδα Москва žluťoučký ½ € → ≤";
    let Some(read) = written(vec![Block::Paragraph(vec![Span::plain(plain)])], &limits) else {
        return;
    };
    read.says(plain);
    assert!(!read.text().contains("Boxes stand"));
    let Some(read) = written(vec![Block::Paragraph(vec![Span::plain("שלום 東京")])], &limits) else {
        return;
    };
    read.says("Boxes stand for signs that the fonts lack.");
    // Control characters, and those that turn the direction, are not drawn.
    let hostile = "a\u{0}b\u{7}c\u{202e}d\u{200b}e";
    let Some(read) = written(vec![Block::Paragraph(vec![Span::plain(hostile)])], &limits) else {
        return;
    };
    read.says("abcde");
}

#[test]
fn a_table_beyond_the_limits_is_bounded_and_says_so() {
    let limits = ServerLimits {
        pdf_table_rows: 100,
        pdf_table_columns: 5,
        pdf_cell_max_chars: 40,
        ..ServerLimits::default()
    };
    let mut rows = table(1, 200_000, |row, _| Value::from(format!("row{row}x")));
    rows.row_count = 1_000_000;
    let wide = table(90, 2, |_, at| Value::from(at));
    let long = table(1, 1, |_, _| Value::from("y".repeat(1 << 20)));
    let blocks = vec![Block::Table(rows), Block::Table(wide), Block::Table(long)];
    let Some(read) = written(blocks, &limits) else { return };
    read.says("First 100 rows of 1,000,000. The CSV has all of them.");
    read.says("row99x");
    assert!(!read.text().contains("row100x"));
    read.says("First 5 columns of 90.");
    read.says("Cells are cut after 40 characters.");
    assert_eq!(
        read.text().matches('y').count(),
        "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy".len() + "today".matches('y').count()
    );
}

#[test]
fn a_document_has_so_many_pages_and_pictures_and_says_what_is_missing() {
    let limits = ServerLimits {
        pdf_pages: 3,
        pdf_pictures: 1,
        pdf_picture_max_pixels: 10_000,
        ..ServerLimits::default()
    };
    let picture = |width, alt: &str| Block::Picture {
        png: png(width, 100),
        alt: alt.to_owned(),
    };
    let Some(read) = written(vec![picture(100, "One"), picture(100, "Two")], &limits) else {
        return;
    };
    assert_eq!(read.pictures(), 1);
    read.says("Picture left out: Two");
    read.says("1 pictures were left out: a document has at most 1.");
    let broken = Block::Picture {
        png: b"GIF89a".to_vec(),
        alt: "No picture".to_owned(),
    };
    let Some(read) = written(vec![picture(101, "Too large")], &limits) else {
        return;
    };
    read.says("This picture cannot be shown: Too large");
    let Some(read) = written(vec![broken], &limits) else {
        return;
    };
    read.says("This picture cannot be shown: No picture");
    let long = Block::Paragraph(vec![Span::plain("word ".repeat(200_000))]);
    let Some(read) = written(vec![long, Block::Table(table(3, 2_000, |row, _| row.into()))], &limits) else {
        return;
    };
    assert_eq!(read.pages.len(), 3);
    read.says("Cut off: a document has at most 3 pages. What follows is missing.");
}

#[test]
fn a_figure_has_the_digits_that_the_app_shows() {
    for (value, shown) in [
        (json!(2_979.413_793_1), "2,979.41"),
        (json!(-1_000.0), "-1,000"),
        (json!(1_234_567), "1,234,567"),
        (json!(0.123_456), "0.1235"),
        (json!(0.000_012_5), "0.0000125"),
        (json!(null), "–"),
    ] {
        assert_eq!(pdf::number(&value), shown);
    }
}
