// Package ingest brings files into a workspace: it reads them with the packages
// below data/, makes their features fit the layers, keeps what lies around a
// community, checks it, and writes all of it as one batch, or nothing.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"yiju/geo"
	"yiju/geo/tally"
	"yiju/layers"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	OSM     Format = "osm"
	GeoJSON Format = "geojson"
	GPKG    Format = "gpkg"
	Terrain Format = "terrain"
	Table   Format = "table" // CSV, XLSX, XLS
)

// DefaultMargin is how far around the community features are kept unless one says
// otherwise, in metres: what a person walks in fifteen minutes, and then some.
const DefaultMargin = 1500.0

// Mode says what becomes of features that a layer already has.
type Mode int

// The modes.
const (
	Merge   Mode = iota // features with the same id are replaced, others stay
	Replace             // layers that the import writes to are emptied first
)

// Care says what a wrong value means.
type Care int

// The degrees of care. OpenStreetMap is always read leniently: anybody may have
// written its values.
const (
	Strict  Care = iota // the import is refused
	Lenient             // the value stays with the feature as it was, outside the schema
)

// Options say what to bring in.
type Options struct {
	Format Format
	Path   string
	// Layer names the target; empty takes it from the file. For a GeoPackage with
	// several tables it is given as LAYER=TABLE or for a file with one table.
	Layer string
	// Table names the one table of a GeoPackage to read, empty reads all; or the
	// sheet of a workbook, empty finds it.
	Table string
	// Columns names the mapping of a table's columns, by its id in
	// data/standards/columns.yaml or as a YAML file; empty finds it.
	Columns string
	// Match names the column of a table that leads to features which the layer has
	// already, by their ids or by the same column: rows complete them, and need no
	// place of their own.
	Match string
	// CRS names the system of the coordinates when the file does not, or says it
	// wrong. GCJ02 and BD09 stand for the shifted systems of Chinese web maps.
	CRS string
	// Encoding names the encoding of the text when it is not UTF-8.
	Encoding string
	// At most one of the three gives the community.
	Boundary   string      // a GeoJSON file with a polygon
	BBox       *geo.Extent // degrees
	BoundaryID string      // id or name of an area in OSM data
	// Name names the community, and picks one from a boundary file with several.
	Name string
	// Margin is how far around the community features are kept, in metres.
	Margin float64
	Mode   Mode
	Care   Care
	// Set gives attributes to features that do not have them, as text.
	Set map[string]string
	// IDField names the attribute that holds the ids; empty looks for it.
	IDField string
	Author  string
	// Progress, when set, is told how far a stage has come; total is 0 when it is
	// not known.
	Progress func(stage Stage, done, total int64)
}

// Stage is a part of the work.
type Stage string

// The stages.
const (
	Reading  Stage = "reading"
	Checking Stage = "checking"
	Writing  Stage = "writing"
)

// Run brings a file in. A *geo.Fault says what is wrong with the file or the
// options; then the store is as it was. The report is given with a nil error only.
func Run(ctx context.Context, store layers.Store, opts Options) (*Report, error) {
	r := newRun(store, opts)
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	if err := r.write(ctx, store); err != nil {
		return nil, err
	}
	r.report.Problems = r.problems.Entries()
	return r.report, nil
}

func newRun(workspace layers.Reader, opts Options) *run {
	return &run{
		opts: opts, workspace: workspace, features: make(map[string][]geo.Feature), custom: make(map[string]geo.Schema),
		report: &Report{File: filepath.Base(opts.Path), Format: opts.Format, Margin: opts.Margin},
	}
}

// read does everything but writing.
func (r *run) read(ctx context.Context) error {
	if err := r.prepare(ctx); err != nil {
		return err
	}
	var err error
	switch r.opts.Format {
	case OSM:
		err = r.osm(ctx)
	case GeoJSON, GPKG:
		err = r.tables(ctx)
	case Terrain:
		err = r.terrain(ctx)
	case Table:
		err = r.sheets(ctx)
	default:
		return fmt.Errorf("ingest: format %q", r.opts.Format)
	}
	if err != nil {
		return err
	}
	return r.check(ctx)
}

// run is one import under way.
type run struct {
	opts      Options
	workspace layers.Reader
	report    *Report
	problems  tally.List

	communities []geo.Feature // those that the workspace has
	settings    geo.Feature
	known       map[string]geo.Schema // layers of the workspace

	features  map[string][]geo.Feature // what is to be written, by layer
	custom    map[string]geo.Schema    // layers to define
	community *geo.Feature             // to be written, or nil
	explicit  bool                     // the user named it
	window    *geo.Extent              // what to keep, or nil for all
	drawing   *drawing                 // what Read notes; nil for an import
}

// prepare looks at the file's outside, the options and the workspace.
func (r *run) prepare(ctx context.Context) error {
	info, err := os.Stat(r.opts.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return geo.Refuse(geo.Tf("文件 %s 不存在", "there is no file %s", r.opts.Path), geo.T("检查路径", "check the path"))
	case err != nil:
		return geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", r.opts.Path), geo.T("检查权限", "check the rights")).Because(err)
	case info.IsDir():
		return geo.Refuse(geo.Tf("%s 是文件夹", "%s is a folder", r.opts.Path), geo.T("请给出其中的一个文件", "name one of the files in it"))
	case !info.Mode().IsRegular():
		return geo.Refuse(geo.Tf("%s 不是普通文件", "%s is not a regular file", r.opts.Path), geo.T("先保存为文件", "save it as a file first"))
	}
	r.report.Bytes = info.Size()
	given := 0
	for _, is := range []bool{r.opts.Boundary != "", r.opts.BBox != nil, r.opts.BoundaryID != ""} {
		if is {
			given++
		}
	}
	if given > 1 {
		return geo.Refuse(geo.T("--boundary、--bbox、--boundary-id 只能给出一个", "only one of --boundary, --bbox and --boundary-id can be given"))
	}
	if !(r.opts.Margin >= 0 && r.opts.Margin <= maxMargin) {
		return geo.Refuse(geo.Tf("--margin %g 不在 0 至 %g 米之间", "--margin %g is not between 0 and %g metres", r.opts.Margin, maxMargin))
	}
	return r.look(ctx)
}

const maxMargin = 200_000.0

// look reads what the workspace already says about itself.
func (r *run) look(ctx context.Context) error {
	infos, err := r.workspace.Layers(ctx)
	if err != nil {
		return fmt.Errorf("ingest.Run: %w", err)
	}
	r.known = make(map[string]geo.Schema, len(infos))
	for _, info := range infos {
		r.known[info.Schema.Layer] = info.Schema
	}
	if r.communities, err = r.all(ctx, "communities"); err != nil {
		return err
	}
	r.settings = geo.Feature{ID: settingsID}
	settings, err := r.all(ctx, "settings")
	for _, f := range settings {
		if f.ID == settingsID {
			r.settings = f
		}
	}
	return err
}

const settingsID = "workspace"

// all reads a layer of the workspace; one that is not there is empty.
func (r *run) all(ctx context.Context, layer string) ([]geo.Feature, error) {
	if _, ok := r.known[layer]; !ok {
		return nil, nil
	}
	var out []geo.Feature
	for f, err := range r.workspace.Features(ctx, layer, layers.Query{}) {
		if err != nil {
			return nil, fmt.Errorf("ingest.Run: reading %s: %w", layer, err)
		}
		out = append(out, f)
	}
	return out, nil
}

// stem is the file's name without folders and endings.
func (r *run) stem() string { return stem(r.opts.Path) }

func stem(path string) string {
	name := filepath.Base(path)
	for _, ending := range []string{".gz", ".bz2", ".osm.pbf", ".pbf", ".osm", ".geojsonl", ".geojson", ".json", ".gpkg", ".tiff", ".tif", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls"} {
		if len(name) > len(ending) && strings.EqualFold(name[len(name)-len(ending):], ending) {
			name = name[:len(name)-len(ending)]
		}
	}
	return name
}

// progress tells how far a stage has come.
func (r *run) progress(stage Stage, done, total int64) {
	if r.opts.Progress != nil {
		r.opts.Progress(stage, done, total)
	}
}

// strict tells whether wrong values end the import.
func (r *run) strict() bool { return r.opts.Care == Strict && r.opts.Format != OSM }

// file opens the file to be read with its progress told.
func (r *run) file(ctx context.Context) (*watched, error) {
	f, err := os.Open(r.opts.Path)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", r.opts.Path), geo.T("检查权限", "check the rights")).Because(err)
	}
	return &watched{f: f, r: r, ctx: ctx}, nil
}

// watched is a file that tells of progress and stops at the end of the context.
type watched struct {
	f    *os.File
	r    *run
	ctx  context.Context
	n    int64
	told int64
}

const progressStep = 256 << 10

func (w *watched) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.f.Read(p)
	w.n += int64(n)
	if w.n-w.told >= progressStep || err != nil {
		w.told = w.n
		w.r.progress(Reading, w.n, w.r.report.Bytes)
	}
	return n, err
}
