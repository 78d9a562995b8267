package standards

import (
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"yiju/geo"
)

//go:embed columns.yaml
var columns []byte

// Columns says how tables of other people become features: which columns are which
// attributes of which layers. Names are compared without spaces, underscores, case,
// full-width forms, and without what stands behind them in brackets.
type Columns struct {
	// Mappings in the order in which they are tried on a table that names none.
	Mappings []ColumnMapping `yaml:"mappings"`
	// Place and ID serve tables that no mapping is for.
	Place []PlaceColumns `yaml:"place"`
	ID    []IDColumns    `yaml:"id"`
	// Systems lists words behind the name of a coordinate that tell its system, by
	// the code of the system.
	Systems map[string][]string `yaml:"systems"`
	// Totals and Remarks are what a row of sums or of remarks begins with.
	Totals  []string `yaml:"totals"`
	Remarks []string `yaml:"remarks"`
	// Units lists units that may stand in a row of their own below the names.
	Units []string `yaml:"units"`
}

// ColumnMapping is how one kind of table is read.
type ColumnMapping struct {
	ID     string   `yaml:"id"`
	Title  geo.Text `yaml:"title"`
	Source geo.Text `yaml:"source"`
	// Signs are names that this kind of table has and others have not; Needs are
	// lists of names of each of which one must be there.
	Signs []string   `yaml:"signs"`
	Needs [][]string `yaml:"needs"`
	// Manual keeps the mapping from being chosen by itself.
	Manual bool `yaml:"manual"`
	// Sheet names the sheet, where a file has several.
	Sheet []string `yaml:"sheet"`
	// Join adds the columns of another sheet of the file.
	Join *SheetJoin `yaml:"join"`
	// CRS is what the coordinates are in when neither column nor user says it.
	// Maybe is no more than advice.
	CRS   string         `yaml:"crs"`
	Maybe string         `yaml:"maybe"`
	Rows  []RowFilter    `yaml:"rows"`
	Into  []LayerColumns `yaml:"into"`
}

// SheetJoin leads from a row to the one row of another sheet with the same value.
type SheetJoin struct {
	Sheet []string `yaml:"sheet"`
	On    []string `yaml:"on"`
}

// RowFilter keeps rows by what one of its columns says. A table without the column
// is not filtered, nor a row that says nothing there.
type RowFilter struct {
	Title   geo.Text `yaml:"title"`
	Columns []string `yaml:"columns"`
	// Keep lists texts, Match patterns of texts, one of which must fit.
	Keep  []string `yaml:"keep"`
	Match []string `yaml:"match"`
	// Outside lists ranges of numbers that are left out, in Unit. UnitColumn names
	// the column that says what unit a row is in.
	Outside    [][2]float64 `yaml:"outside"`
	Unit       string       `yaml:"unit"`
	UnitColumn []string     `yaml:"unit_column"`
}

// LayerColumns makes the features of one layer from the rows.
type LayerColumns struct {
	Layer string         `yaml:"layer"`
	Place []PlaceColumns `yaml:"place"`
	ID    []IDColumns    `yaml:"id"`
	// Once makes one feature of all rows with the same id, which must agree.
	Once bool `yaml:"once"`
	// Closed keeps columns that the mapping does not name from becoming attributes
	// by their names alone; Extra lists those that are kept as further attributes.
	// Otherwise all columns that are left over are kept.
	Closed bool     `yaml:"closed"`
	Extra  []string `yaml:"extra"`
	// Split names the attribute whose column may list several values, such as
	// 0/120/240: one feature for each, with the numbers of the other columns
	// shared out in the same way.
	Split  string                  `yaml:"split"`
	Fields map[string]FieldColumns `yaml:"fields"`
}

// PlaceColumns are where the coordinates stand: longitude and latitude, x and y in
// metres, or both in one column.
type PlaceColumns struct {
	Lon  []string `yaml:"lon"`
	Lat  []string `yaml:"lat"`
	X    []string `yaml:"x"`
	Y    []string `yaml:"y"`
	Both []string `yaml:"both"`
	CRS  string   `yaml:"crs"`
}

// IDColumns are the columns that make the id: the first of Columns that is there,
// or one of each list of Join, put together. Soft ones are passed over when they do
// not tell the rows apart; others then refuse the table.
type IDColumns struct {
	Columns []string   `yaml:"columns"`
	Join    [][]string `yaml:"join"`
	Soft    bool       `yaml:"soft"`
}

// FieldColumns is where an attribute comes from. The first of Columns that the table
// has is read; else Sum, Middle or Width put several columns together.
type FieldColumns struct {
	Columns []string `yaml:"columns"`
	// Sum adds a column of each list; lists of which the table has none are passed
	// over. Middle and Width are half-way between two columns, and how far apart
	// they are.
	Sum    [][]string `yaml:"sum"`
	Middle [][]string `yaml:"middle"`
	Width  [][]string `yaml:"width"`
	// Unit is that of numbers when neither the name nor the value says it; empty is
	// the attribute's own. UnitColumn says it row by row. With SureAbove, a column
	// without unit is refused unless a number in it is larger.
	Unit       string   `yaml:"unit"`
	UnitColumn []string `yaml:"unit_column"`
	SureAbove  *float64 `yaml:"sure_above"`
	// Read names another way of reading: degrees, direction, frequency, across,
	// down. Spread is the attribute that takes the width of a range of directions.
	Read string `yaml:"read"`
	// Plain lists those columns whose plain numbers are the attribute, where it is
	// read from a pair such as 1920×1080.
	Plain  []string `yaml:"plain"`
	Spread string   `yaml:"spread"`
	// Words lists other words by value, Patterns tries patterns in order, Ranges
	// numbers; with OnlyWords, anything else is unknown.
	Words     map[string][]string `yaml:"words"`
	Patterns  []ValuePattern      `yaml:"patterns"`
	Ranges    []ValueRange        `yaml:"ranges"`
	OnlyWords bool                `yaml:"only_words"`
	// Coded is read in place of the rest where all values of a column are codes.
	Coded *CodedColumns `yaml:"coded"`
	// Value is the same for all rows that have no other.
	Value any `yaml:"value"`
	// Least and Most bound what is possible, where the layer is wider.
	Least *float64 `yaml:"least"`
	Most  *float64 `yaml:"most"`
}

// CodedColumns are columns that may hold codes. The value "unknown" stands for codes
// that say nothing.
type CodedColumns struct {
	Columns []string            `yaml:"columns"`
	Words   map[string][]string `yaml:"words"` // codes by value
}

// ValuePattern gives a value to texts of a form. Texts are compared as names are.
type ValuePattern struct {
	Match string `yaml:"match"`
	Value string `yaml:"value"`
}

// ValueRange gives a value to numbers from From to To.
type ValueRange struct {
	From  float64 `yaml:"from"`
	To    float64 `yaml:"to"`
	Value string  `yaml:"value"`
}

// Ways of FieldColumns.Read.
const (
	ReadDegrees   = "degrees"   // 117.12, 117°07′12″, E117.12
	ReadDirection = "direction" // 135, SE, 东南, 190-100
	ReadFrequency = "frequency" // MHz, or the number of a channel (NR-ARFCN)
	ReadAcross    = "across"    // the first of 1920×1080
	ReadDown      = "down"      // the second
)

// LoadColumns reads the mappings. Each call gives a fresh copy.
func LoadColumns() (*Columns, error) {
	var c Columns
	if err := decode("columns.yaml", columns, &c); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for i := range c.Mappings {
		m := &c.Mappings[i]
		if err := checkEntry(m.ID, m.Title); err != nil {
			return nil, fmt.Errorf("standards: columns.yaml: %w", err)
		}
		if seen[m.ID] {
			return nil, fmt.Errorf("standards: columns.yaml: %s is there twice", m.ID)
		}
		seen[m.ID] = true
		if err := m.check(); err != nil {
			return nil, fmt.Errorf("standards: columns.yaml: %s: %w", m.ID, err)
		}
	}
	return &c, nil
}

// ParseMapping reads a mapping of a user's own: a file with one entry of the list
// `mappings`.
func ParseMapping(name string, text []byte) (*ColumnMapping, error) {
	var m ColumnMapping
	if err := decode(name, text, &m); err != nil {
		return nil, err
	}
	return &m, m.check()
}

func (m *ColumnMapping) check() error {
	if len(m.Into) == 0 {
		return errors.New("into: no layer is named")
	}
	for _, f := range m.Rows {
		if err := f.check(); err != nil {
			return fmt.Errorf("rows: %w", err)
		}
	}
	for _, l := range m.Into {
		if l.Layer == "" {
			return errors.New("into: a layer has no name")
		}
		for _, p := range l.Place {
			if err := p.check(); err != nil {
				return fmt.Errorf("%s: place: %w", l.Layer, err)
			}
		}
		for _, id := range l.ID {
			if (len(id.Columns) > 0) == (len(id.Join) > 0) {
				return fmt.Errorf("%s: id: either columns or join", l.Layer)
			}
		}
		for name, f := range l.Fields {
			if err := f.check(); err != nil {
				return fmt.Errorf("%s: %s: %w", l.Layer, name, err)
			}
		}
	}
	return nil
}

func (f *RowFilter) check() error {
	if len(f.Columns) == 0 || len(f.Keep)+len(f.Match)+len(f.Outside) == 0 {
		return errors.New("a filter needs columns, and one of keep, match and outside")
	}
	for _, p := range f.Match {
		if _, err := regexp.Compile(p); err != nil {
			return err
		}
	}
	return nil
}

func (p *PlaceColumns) check() error {
	lonLat := len(p.Lon) > 0 && len(p.Lat) > 0
	xy := len(p.X) > 0 && len(p.Y) > 0
	n := 0
	for _, is := range []bool{lonLat, xy, len(p.Both) > 0} {
		if is {
			n++
		}
	}
	if n != 1 {
		return errors.New("one of lon and lat, x and y, both")
	}
	return nil
}

func (f *FieldColumns) check() error {
	if !slices.Contains([]string{"", ReadDegrees, ReadDirection, ReadFrequency, ReadAcross, ReadDown}, f.Read) {
		return fmt.Errorf("read: there is no %q", f.Read)
	}
	for _, pair := range [][][]string{f.Middle, f.Width} {
		if len(pair) != 0 && len(pair) != 2 {
			return errors.New("middle and width take two lists of columns")
		}
	}
	if len(f.Columns)+len(f.Sum)+len(f.Middle)+len(f.Width) == 0 && f.Value == nil {
		return errors.New("neither columns nor a value")
	}
	for _, p := range f.Patterns {
		if _, err := regexp.Compile(p.Match); err != nil {
			return err
		}
	}
	switch f.Value.(type) {
	case nil, bool, string, int, float64:
		return nil
	}
	return fmt.Errorf("value: %v is neither text nor number nor true or false", f.Value)
}

// Names lists all names of columns that the mapping looks for.
func (m *ColumnMapping) Names() []string {
	out := slices.Concat(m.Signs, slices.Concat(m.Needs...))
	if m.Join != nil {
		out = append(out, m.Join.On...)
	}
	for _, f := range m.Rows {
		out = slices.Concat(out, f.Columns, f.UnitColumn)
	}
	for _, l := range m.Into {
		for _, p := range l.Place {
			out = append(out, p.Names()...)
		}
		for _, id := range l.ID {
			out = slices.Concat(out, id.Columns, slices.Concat(id.Join...))
		}
		for _, f := range l.Fields {
			out = slices.Concat(out, f.Columns, slices.Concat(f.Sum...), slices.Concat(f.Middle...), slices.Concat(f.Width...), f.UnitColumn)
			if f.Coded != nil {
				out = append(out, f.Coded.Columns...)
			}
		}
		out = append(out, l.Extra...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Names lists the names of columns that hold coordinates.
func (p *PlaceColumns) Names() []string { return slices.Concat(p.Lon, p.Lat, p.X, p.Y, p.Both) }
