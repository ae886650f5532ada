//! `python_calamine`: reads workbooks of Excel (.xlsx, .xlsm, .xlsb, .xls) and OpenDocument (.ods) by the crate
//! `calamine`. It has the part of the package of that name on PyPI that pandas uses.

pub use native::python_calamine;

mod native {
    use std::{io::Cursor, sync::Arc};

    use calamine::{Data, ExcelDateTime, Range, Reader as _, Sheets, open_workbook_auto_from_rs};
    use pyo3::{
        create_exception,
        exceptions::{PyException, PyIndexError},
        prelude::*,
        types::{PyBytes, PyList, PyModule},
    };

    create_exception!(
        python_calamine,
        CalamineError,
        PyException,
        "A workbook that cannot be read."
    );

    /// The module under the name that pandas imports.
    #[pymodule]
    pub fn python_calamine(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", "0.7.0")?;
        module.add("CalamineError", module.py().get_type::<CalamineError>())?;
        module.add_class::<CalamineWorkbook>()?;
        module.add_class::<CalamineSheet>()?;
        module.add_class::<SheetMetadata>()?;
        module.add_class::<SheetTypeEnum>()?;
        module.add_class::<SheetVisibleEnum>()?;
        module.add_function(wrap_pyfunction!(load_workbook, module)?)
    }

    /// Opens a workbook: a path, or an object with `read`.
    #[pyfunction]
    #[pyo3(signature = (path_or_filelike, load_tables = false))]
    fn load_workbook(path_or_filelike: &Bound<'_, PyAny>, load_tables: bool) -> PyResult<CalamineWorkbook> {
        CalamineWorkbook::from_object(path_or_filelike, load_tables)
    }

    fn unreadable(error: impl std::fmt::Display) -> PyErr {
        CalamineError::new_err(error.to_string())
    }

    /// What a sheet holds.
    #[pyclass(eq, eq_int, frozen)]
    #[derive(Clone, Copy, PartialEq)]
    enum SheetTypeEnum {
        WorkSheet,
        DialogSheet,
        MacroSheet,
        ChartSheet,
        Vba,
    }

    impl From<calamine::SheetType> for SheetTypeEnum {
        fn from(kind: calamine::SheetType) -> Self {
            match kind {
                calamine::SheetType::WorkSheet => Self::WorkSheet,
                calamine::SheetType::DialogSheet => Self::DialogSheet,
                calamine::SheetType::MacroSheet => Self::MacroSheet,
                calamine::SheetType::ChartSheet => Self::ChartSheet,
                calamine::SheetType::Vba => Self::Vba,
            }
        }
    }

    /// Whether a sheet is shown.
    #[pyclass(eq, eq_int, frozen)]
    #[derive(Clone, Copy, PartialEq)]
    enum SheetVisibleEnum {
        Visible,
        Hidden,
        VeryHidden,
    }

    impl From<calamine::SheetVisible> for SheetVisibleEnum {
        fn from(visible: calamine::SheetVisible) -> Self {
            match visible {
                calamine::SheetVisible::Visible => Self::Visible,
                calamine::SheetVisible::Hidden => Self::Hidden,
                calamine::SheetVisible::VeryHidden => Self::VeryHidden,
            }
        }
    }

    #[pyclass(frozen, get_all)]
    struct SheetMetadata {
        name: String,
        typ: SheetTypeEnum,
        visible: SheetVisibleEnum,
    }

    /// An open workbook.
    #[pyclass(unsendable)]
    pub struct CalamineWorkbook {
        book: Sheets<Cursor<Arc<[u8]>>>,
    }

    #[pymethods]
    impl CalamineWorkbook {
        #[staticmethod]
        #[pyo3(signature = (path_or_filelike, load_tables = false))]
        fn from_object(path_or_filelike: &Bound<'_, PyAny>, load_tables: bool) -> PyResult<Self> {
            // Tables by name are for formulas; nothing here asks for them.
            let _ = load_tables;
            let content = if path_or_filelike.hasattr("read")? {
                path_or_filelike.call_method0("read")?
            } else {
                let path = path_or_filelike
                    .py()
                    .import("pathlib")?
                    .call_method1("Path", (path_or_filelike,))?;
                path.call_method0("read_bytes")?
            };
            let content: Arc<[u8]> = content.downcast::<PyBytes>()?.as_bytes().into();
            let book = open_workbook_auto_from_rs(Cursor::new(content)).map_err(unreadable)?;
            Ok(Self { book })
        }

        #[getter]
        fn sheet_names(&self) -> Vec<String> {
            self.book.sheet_names()
        }

        #[getter]
        fn sheets_metadata(&self) -> Vec<SheetMetadata> {
            let described = |sheet: &calamine::Sheet| SheetMetadata {
                name: sheet.name.clone(),
                typ: sheet.typ.into(),
                visible: sheet.visible.into(),
            };
            self.book.sheets_metadata().iter().map(described).collect()
        }

        fn get_sheet_by_name(&mut self, name: String) -> PyResult<CalamineSheet> {
            let cells = self.book.worksheet_range(&name).map_err(unreadable)?;
            Ok(CalamineSheet { name, cells })
        }

        fn get_sheet_by_index(&mut self, index: usize) -> PyResult<CalamineSheet> {
            let name = self.book.sheet_names().into_iter().nth(index);
            self.get_sheet_by_name(name.ok_or_else(|| PyIndexError::new_err(format!("there is no sheet {index}")))?)
        }

        /// The workbook lies in memory: there is nothing to close.
        fn close(&self) {}
    }

    /// The cells of one sheet.
    #[pyclass(unsendable)]
    pub struct CalamineSheet {
        #[pyo3(get)]
        name: String,
        cells: Range<Data>,
    }

    #[pymethods]
    impl CalamineSheet {
        /// The rows as lists of values; an empty cell is an empty text. With `skip_empty_area`, rows and columns before
        /// the first cell with content are left out.
        #[pyo3(signature = (skip_empty_area = true, nrows = None))]
        fn to_python<'py>(
            &self,
            py: Python<'py>,
            skip_empty_area: bool,
            nrows: Option<usize>,
        ) -> PyResult<Bound<'py, PyList>> {
            let dates = Dates::new(py)?;
            let rows = PyList::empty(py);
            let (Some(start), Some(end)) = (self.cells.start(), self.cells.end()) else {
                return Ok(rows);
            };
            let (first_row, first_column) = if skip_empty_area { start } else { (0, 0) };
            for row in (first_row..=end.0).take(nrows.unwrap_or(usize::MAX)) {
                let values = PyList::empty(py);
                for column in first_column..=end.1 {
                    let cell = self.cells.get_value((row, column)).unwrap_or(&Data::Empty);
                    values.append(value(cell, &dates, py)?)?;
                }
                rows.append(values)?;
            }
            Ok(rows)
        }
    }

    /// The classes of the module `datetime`.
    struct Dates<'py> {
        date: Bound<'py, PyAny>,
        time: Bound<'py, PyAny>,
        datetime: Bound<'py, PyAny>,
        timedelta: Bound<'py, PyAny>,
    }

    impl<'py> Dates<'py> {
        fn new(py: Python<'py>) -> PyResult<Self> {
            let module = py.import("datetime")?;
            Ok(Self {
                date: module.getattr("date")?,
                time: module.getattr("time")?,
                datetime: module.getattr("datetime")?,
                timedelta: module.getattr("timedelta")?,
            })
        }

        /// A duration, a time of day (a value below one day), a date (a whole number of days), or both.
        fn value(&self, at: &ExcelDateTime) -> PyResult<Bound<'py, PyAny>> {
            let days = at.as_f64();
            if at.is_duration() {
                return self.timedelta.call1((days,));
            }
            let (year, month, day, hour, minute, second, millisecond) = at.to_ymd_hms_milli();
            let microsecond = u32::from(millisecond) * 1000;
            if days < 1.0 {
                self.time.call1((hour, minute, second, microsecond))
            } else if days.fract() == 0.0 {
                self.date.call1((year, month, day))
            } else {
                self.datetime
                    .call1((year, month, day, hour, minute, second, microsecond))
            }
        }

        /// A date, a time, or both, as OpenDocument writes them; another text stays what it is.
        fn parse<'a>(&self, text: &'a str) -> Result<Bound<'py, PyAny>, &'a str> {
            let class = if text.contains('T') {
                &self.datetime
            } else if text.contains(':') {
                &self.time
            } else {
                &self.date
            };
            class.call_method1("fromisoformat", (text,)).map_err(|_| text)
        }
    }

    fn value<'py>(cell: &Data, dates: &Dates<'py>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(match cell {
            Data::Int(number) => number.into_pyobject(py)?.into_any(),
            Data::Float(number) => number.into_pyobject(py)?.into_any(),
            Data::Bool(yes) => yes.into_pyobject(py)?.to_owned().into_any(),
            Data::String(text) | Data::DurationIso(text) => text.into_pyobject(py)?.into_any(),
            Data::DateTime(at) => dates.value(at)?,
            Data::DateTimeIso(text) => match dates.parse(text) {
                Ok(value) => value,
                Err(text) => text.into_pyobject(py)?.into_any(),
            },
            Data::Error(_) | Data::Empty => "".into_pyobject(py)?.into_any(),
        })
    }
}
