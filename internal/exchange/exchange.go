// Package exchange carries scenarios out of a workspace and into one.
//
// A scenario goes out as a change set in GeoJSON, one feature for each edit, or as a
// GeoPackage that holds the touched layers as the scenario makes them beside the edits
// themselves. Both come back as the same scenario. A layout that a designer drew in
// another program comes in by comparison: what the drawing holds is matched with what
// the base holds, and the differences become edits.
package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/tally"
	"yiju/internal/ingest"
	"yiju/layers"
	"yiju/layers/scenario"
)

// DefaultMatch_m is how far, in metres, the shape of a thing in a drawing may be from
// that of the base to be taken for the same thing.
const DefaultMatch_m = 0.5

// maxMatch_m bounds what may be asked for: beyond it neighbours are taken for one
// another.
const maxMatch_m = 50.0

// Options say what to import, and how.
type Options struct {
	// Path is the file. Its name tells its format, and the layer of a drawing that says
	// nothing of it.
	Path string
	// Name of the scenario; empty takes that of the file. Author is who imports.
	Name, Author string
	// Base is the revision to lay the edits over; 0 is that of a change set, where the
	// workspace has it, and the newest otherwise.
	Base layers.Revision

	// The rest is for drawings. Layer names the layer, empty finds all that the file
	// has; Table, CRS, IDField, Encoding and Lenient are those of ingest.Options.
	Layer, Table, CRS, IDField, Encoding string
	Lenient                              bool
	// Match_m is how far a thing may be from the one in the base; 0 is DefaultMatch_m.
	Match_m float64
	// DeleteMissing deletes what the base holds inside the drawing's Area, and the
	// drawing does not hold. Otherwise it is reported alone.
	DeleteMissing bool
	// Area in degrees is what was drawn; nil is the extent of what the file holds.
	Area orb.Geometry
	// ClearEmpty makes attributes unknown that the file has a column for and no value.
	// Otherwise those of the base stay.
	ClearEmpty bool
	// DryRun reports and writes nothing.
	DryRun bool
}

// Kinds of files.
const (
	ChangeSet = "changes" // edits that a workspace wrote
	Drawing   = "drawing" // features, to be compared with the base
)

// Report tells what an import found. Lists are in a fixed order.
type Report struct {
	File   string          `json:"file"`
	Kind   string          `json:"kind" enum:"changes,drawing"`
	DryRun bool            `json:"dry_run"`
	Base   layers.Revision `json:"base"`
	// Edits that the scenario has, or would have, and the hash of what they come to.
	Edits int    `json:"edits"`
	Hash  string `json:"hash"`
	// FileHash is the hash that a change set bears; it is another where the base is.
	FileHash string        `json:"file_hash,omitempty"`
	Layers   []LayerReport `json:"layers"`
	// Ambiguous things of a drawing may be any of several of the base. They come as
	// additions that are switched off.
	Ambiguous []Ambiguity `json:"ambiguous"`
	// SwitchedOff are numbers of edits of a change set that have no effect here.
	SwitchedOff []int64       `json:"switched_off,omitempty"`
	SourceCRS   string        `json:"source_crs,omitempty"`
	Notes       []geo.Text    `json:"notes"`
	Problems    []tally.Entry `json:"problems"`
}

// LayerReport counts what became of a layer.
type LayerReport struct {
	Layer string   `json:"layer"`
	Title geo.Text `json:"title"`
	// InFile features are in the file; ByID and ByGeometry of them were matched with
	// one of the base, Unchanged of which are the same.
	InFile     int `json:"in_file"`
	ByID       int `json:"by_id"`
	ByGeometry int `json:"by_geometry"`
	Unchanged  int `json:"unchanged"`
	Added      int `json:"added"`
	Changed    int `json:"changed"`
	Deleted    int `json:"deleted"`
	Ambiguous  int `json:"ambiguous"`
	// Moved counts changes of place or shape; Moved_m is the largest, in metres.
	Moved   int     `json:"moved"`
	Moved_m float64 `json:"moved_m"`
	// Missing are ids of features of the base inside the area that the file does not
	// hold, the first MaxListed of MissingCount.
	Missing      []string `json:"missing,omitempty"`
	MissingCount int      `json:"missing_count"`
	// EmptyLeft counts values that are empty in the file and stay as the base has them;
	// ColumnsLeft names columns of the file that changes of features cannot take.
	EmptyLeft   int      `json:"empty_left"`
	ColumnsLeft []string `json:"columns_left,omitempty"`
}

// Ambiguity is a thing of a drawing that may be any of several things of the base.
type Ambiguity struct {
	Layer string `json:"layer"`
	// ID is that of the addition.
	ID         string   `json:"id"`
	Candidates []string `json:"candidates"`
}

// MaxListed bounds the ids that a report lists for a layer.
const MaxListed = 100

// Import makes a scenario of a file, or nothing. A *geo.Fault says what is wrong with
// the file or the options. With DryRun the scenario is nil.
func Import(ctx context.Context, store layers.Store, book *scenario.Book, o Options) (*scenario.Scenario, *Report, error) {
	if o.Match_m == 0 {
		o.Match_m = DefaultMatch_m
	}
	if !(o.Match_m > 0 && o.Match_m <= maxMatch_m) {
		return nil, nil, geo.Refuse(geo.Tf("匹配距离 %g 不在 0 至 %g 米之间", "the matching distance %g is not between 0 and %g metres", o.Match_m, maxMatch_m))
	}
	made, report, err := prepare(ctx, store, o)
	if err != nil {
		return nil, nil, err
	}
	if o.Name != "" {
		made.Name = o.Name
	}
	made.Author = o.Author
	edits := make([]*scenario.Edit, len(made.Edits))
	for i := range made.Edits {
		edits[i] = &made.Edits[i]
	}
	if err := scenario.CheckPlaces(ctx, store, edits); err != nil {
		return nil, nil, err
	}
	report.DryRun, report.Base, report.Edits = o.DryRun, made.Base, len(made.Edits)
	report.fill()
	if o.DryRun {
		return nil, report, nil
	}
	if len(made.Edits) == 0 {
		return nil, nil, geo.Refuse(geo.Tf("文件 %s 与现状没有差别，没有可建立方案的内容", "file %s does not differ from the base; there is nothing to make a scenario of", report.File),
			geo.T("检查文件和图层，或先试运行查看报告", "check the file and the layer, or look at the report of a dry run"))
	}
	s, err := book.Create(ctx, *made)
	if err != nil {
		return nil, nil, err
	}
	return s, report, nil
}

// prepare makes of a file what is to be created.
func prepare(ctx context.Context, store layers.Store, o Options) (*scenario.New, *Report, error) {
	format, err := formatOf(o.Path)
	if err != nil {
		return nil, nil, err
	}
	var from *Parcel
	var notes []geo.Text
	switch format {
	case ingest.GeoJSON:
		from, err = parcelFile(o.Path)
	case ingest.GPKG:
		from, notes, err = readGPKG(ctx, o.Path)
	}
	if err != nil {
		return nil, nil, err
	}
	if from != nil && o.Layer == "" {
		return unpack(ctx, store, from, o)
	}
	made, report, err := compare(ctx, store, format, o)
	if err == nil {
		report.Notes = append(notes, report.Notes...)
	}
	return made, report, err
}

// formatOf tells the format of a file by its name.
func formatOf(path string) (ingest.Format, error) {
	name := strings.ToLower(filepath.Base(path))
	for _, f := range []struct {
		format  ingest.Format
		endings []string
	}{
		{ingest.GeoJSON, []string{".geojson", ".json", ".geojsonl"}}, {ingest.GPKG, []string{".gpkg"}},
		{ingest.Table, []string{".csv", ".tsv", ".xlsx", ".xlsm", ".xls"}},
	} {
		if slices.ContainsFunc(f.endings, func(e string) bool { return strings.HasSuffix(name, e) }) {
			return f.format, nil
		}
	}
	return "", geo.Refuse(geo.Tf("不认识文件 %s 的格式", "the format of file %s is not known", filepath.Base(path)),
		geo.T("使用 GeoPackage（.gpkg）、GeoJSON（.geojson）或表格（.csv、.xlsx）；Shapefile 和 DWG 请先在 QGIS 中另存为 GeoPackage",
			"give a GeoPackage (.gpkg), GeoJSON (.geojson) or a table (.csv, .xlsx); save a shapefile or a DWG as a GeoPackage in QGIS first"))
}

// parcelFile reads a GeoJSON file that is a change set; nil for one that is not.
func parcelFile(path string) (*Parcel, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", path), geo.T("检查路径和权限", "check the path and the rights")).Because(err)
	}
	defer f.Close()
	is, err := isChangeSet(f)
	if err != nil || !is {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, fmt.Errorf("exchange: %s: %w", path, err)
	}
	return ReadGeoJSON(f, filepath.Base(path))
}

// isChangeSet tells whether a file speaks of the scenario that it is, which a change
// set does before its features.
func isChangeSet(r io.Reader) (bool, error) {
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, fmt.Errorf("exchange: %w", err)
	}
	return bytes.Contains(head[:n], []byte(`"`+memberScenario+`"`)), nil
}

// unpack makes a scenario of a change set. Edits that find nothing to work on, which
// the base of another workspace may bring about, are switched off.
func unpack(ctx context.Context, store layers.Store, p *Parcel, o Options) (*scenario.New, *Report, error) {
	s := &p.Scenario
	report := &Report{File: filepath.Base(o.Path), Kind: ChangeSet, FileHash: p.Hash}
	net, base, err := settle(ctx, store, p, o.Base)
	if err != nil {
		return nil, nil, err
	}
	if base != s.Base && o.Base == 0 {
		report.note(geo.Tf("文件的基准版本 %d 与本工作区不符，改用最新版本 %d", "the base revision %d of the file is not one of this workspace; the newest, %d, is taken", s.Base, base))
	}
	if report.Hash = net.Hash(); p.Hash != "" && p.Hash != report.Hash {
		report.note(geo.T("方案在这里的结果与文件中的不同：现状不一样", "the scenario comes to something else here than in the file: the base is another"))
	}
	edits := slices.Clone(s.Edits)
	for i := range edits {
		if _, idle := net.Idle(edits[i].Seq); idle {
			edits[i].Off = true
			report.SwitchedOff = append(report.SwitchedOff, edits[i].Seq)
		}
	}
	if n := len(report.SwitchedOff); n > 0 {
		report.note(geo.Tf("%d 个编辑在这里无从生效，已关闭", "%d edits find nothing to work on here and are switched off", n))
	}
	for _, layer := range net.Layers() {
		l := report.layer(layer)
		for _, t := range net.Touched(layer) {
			switch {
			case t.Old == nil:
				l.Added++
			case t.New == nil:
				l.Deleted++
			default:
				l.Changed++
			}
		}
	}
	return &scenario.New{Name: s.Name, Description: s.Description, Base: base, Costs: s.Costs, Edits: edits}, report, nil
}

// settle finds the revision to lay a change set over, and what it comes to there.
func settle(ctx context.Context, store layers.Store, p *Parcel, asked layers.Revision) (*scenario.Net, layers.Revision, error) {
	if asked != 0 {
		net, err := scenario.Resolve(ctx, store, asked, p.Scenario.Edits)
		return net, asked, err
	}
	var missing *layers.NoRevisionError
	net, err := scenario.Resolve(ctx, store, p.Scenario.Base, p.Scenario.Edits)
	switch {
	case err == nil && (p.Hash == "" || net.Hash() == p.Hash):
		return net, p.Scenario.Base, nil
	case err != nil && !errors.As(err, &missing):
		return nil, 0, err
	}
	newest, err := newestOf(ctx, store)
	if err != nil {
		return nil, 0, err
	}
	net, err = scenario.Resolve(ctx, store, newest, p.Scenario.Edits)
	return net, newest, err
}

// newestOf is the revision that last touched the place.
func newestOf(ctx context.Context, store layers.Reader) (layers.Revision, error) {
	infos, err := store.Layers(ctx)
	if err != nil {
		return 0, err
	}
	var newest layers.Revision
	for _, info := range infos {
		if info.Schema.Kind != geo.Result && !layers.Own(info.Schema.Layer) {
			newest = max(newest, info.Changed)
		}
	}
	if newest == 0 {
		return 0, geo.Refuse(geo.T("工作区还没有数据，方案无从谈起", "the workspace holds no data that a scenario could change"), geo.T("先导入数据", "import data first"))
	}
	return newest, nil
}

func (r *Report) note(t geo.Text) { r.Notes = append(r.Notes, t) }

// layer finds the line of a layer, and makes it when needed.
func (r *Report) layer(name string) *LayerReport {
	for i := range r.Layers {
		if r.Layers[i].Layer == name {
			return &r.Layers[i]
		}
	}
	title := geo.T(name, name)
	if s, ok := layers.Schema(name); ok {
		title = s.Title
	}
	r.Layers = append(r.Layers, LayerReport{Layer: name, Title: title})
	return &r.Layers[len(r.Layers)-1]
}

// fill makes empty lists of those that are not there, for JSON.
func (r *Report) fill() {
	if r.Layers == nil {
		r.Layers = []LayerReport{}
	}
	if r.Ambiguous == nil {
		r.Ambiguous = []Ambiguity{}
	}
	if r.Notes == nil {
		r.Notes = []geo.Text{}
	}
	if r.Problems == nil {
		r.Problems = []tally.Entry{}
	}
}
