package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"yiju/geo"
	"yiju/internal/ingest"
	"yiju/internal/stores"
)

// importFlags are the flags of `yiju import` as they are written.
type importFlags struct {
	options    ingest.Options
	bbox       string
	set        []string
	replace    bool
	lenient    bool
	report     string
	reportFile string
}

func newImportCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: a.say("把数据文件导入工作区", "Bring data files into a workspace"),
		Long: a.say("把数据文件导入工作区。一次导入要么全部写入，要么什么都不写入。",
			"Bring a data file into a workspace. An import is written as a whole or not at all."),
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newImportFormat(a, ingest.OSM, "osm FILE", a.say("OpenStreetMap 数据（.osm.pbf、.osm、.osm.gz、.osm.bz2、Overpass JSON）", "OpenStreetMap data (.osm.pbf, .osm, .osm.gz, .osm.bz2, Overpass JSON)"),
			"  yiju import osm city.osm.pbf --store city.gpkg --bbox 117.08,36.18,117.12,36.21"),
		newImportFormat(a, ingest.GeoJSON, "geojson FILE", a.say("GeoJSON 文件，一个图层", "a GeoJSON file, one layer"),
			"  yiju import geojson 建筑.geojson --layer buildings --crs EPSG:4548 --store city.gpkg"),
		newImportFormat(a, ingest.GPKG, "gpkg FILE", a.say("GeoPackage 文件的要素表", "the feature tables of a GeoPackage"),
			"  yiju import gpkg pipes.gpkg --layer pipes --store city.gpkg"),
		newImportFormat(a, ingest.Terrain, "terrain FILE", a.say("高程格网（GeoTIFF）", "a height grid (GeoTIFF)"),
			"  yiju import terrain dem.tif --store city.gpkg"),
		newImportFormat(a, ingest.Table, "table FILE", a.say("表格：CSV、XLSX、XLS（工参表、摄像机台账、实测数据等）", "a table: CSV, XLSX or XLS (site lists, camera registers, measurements and others)"),
			"  yiju import table 工参表.xlsx --store city.gpkg\n  yiju import table drive-test.csv.gz --layer measurements --crs GCJ02 --store city.gpkg"),
	)
	return cmd
}

func newImportFormat(a *app, format ingest.Format, use, short, example string) *cobra.Command {
	o := importFlags{options: ingest.Options{Format: format, Margin: ingest.DefaultMargin}, report: "text"}
	cmd := &cobra.Command{
		Use: use, Short: short, Example: example, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.options.Path = args[0]
			if err := o.parse(a); err != nil {
				return err
			}
			return a.runImport(cmd.Context(), o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.options.Boundary, "boundary", "", a.say("社区边界：含多边形的 GeoJSON 文件", "the community: a GeoJSON file with a polygon"))
	f.StringVar(&o.bbox, "bbox", "", a.say("社区边界：西,南,东,北（度）", "the community: west,south,east,north in degrees"))
	f.StringVar(&o.options.Name, "name", "", a.say("社区名称；边界文件有多个多边形时用于选择", "name of the community; picks one where the boundary file has several"))
	f.Float64Var(&o.options.Margin, "margin", o.options.Margin, a.say("保留边界外多少米", "metres around the boundary to keep"))
	f.BoolVar(&o.replace, "replace", false, a.say("先清空要写入的图层", "empty the layers that are written to first"))
	f.StringVar(&o.report, "report", o.report, a.say("报告格式 text 或 json", "report as text or json"))
	f.StringVar(&o.reportFile, "report-file", "", a.say("把 JSON 报告写入文件", "write the report as JSON into a file"))
	if format == ingest.OSM {
		f.StringVar(&o.options.BoundaryID, "boundary-id", "", a.say("社区边界：数据中的关系（r123）、路径（w123）或名称", "the community: a relation (r123), a way (w123) or a name in the data"))
	}
	f.StringVar(&o.options.CRS, "crs", "", a.say("坐标系，例如 EPSG:4548、GCJ02、BD09；用于没有声明或声明有误的文件", "the CRS, such as EPSG:4548, GCJ02 or BD09, of a file that names none or a wrong one"))
	if format == ingest.GeoJSON || format == ingest.GPKG || format == ingest.Table {
		o.tableFlags(a, cmd)
	}
	return cmd
}

// tableFlags are the flags of formats that know nothing of our layers.
func (o *importFlags) tableFlags(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.options.Layer, "layer", "", a.say("目标图层；未声明的名称建立新图层", "the layer to fill; a name that is not declared makes a new one"))
	f.StringVar(&o.options.IDField, "id", "", a.say("标识所在的字段", "the column that holds the ids"))
	f.StringArrayVar(&o.set, "set", nil, a.say("给缺失的属性赋值，名称=值，可重复", "a value for an attribute that is missing, NAME=VALUE, repeatable"))
	f.BoolVar(&o.lenient, "lenient", false, a.say("不合要求的值按未知处理，而不是拒绝整个文件", "values that do not fit become unknown instead of refusing the file"))
	switch o.options.Format {
	case ingest.Table:
		f.StringVar(&o.options.Columns, "columns", "", a.say("列对应：名称或自己的 YAML 文件；默认按表头选择", "which columns are what: a name, or a YAML file of your own; chosen by the names of the columns by default"))
		f.StringVar(&o.options.Match, "match", "", a.say("列名：按此列补充图层中已有的要素，表中可以没有坐标", "a column that leads to features the layer has already, which the rows complete; the table needs no coordinates"))
		f.StringVar(&o.options.Table, "sheet", "", a.say("工作表名称", "the sheet to read"))
		f.StringVar(&o.options.Encoding, "encoding", "", a.say("文字编码，例如 gb18030、latin1；默认自动判断", "encoding of the text, such as gb18030 or latin1; found by default where it is certain"))
	case ingest.GeoJSON:
		f.StringVar(&o.options.Encoding, "encoding", "", a.say("文字编码，例如 gb18030；默认 UTF-8", "encoding of the text, such as gb18030; UTF-8 by default"))
	case ingest.GPKG:
		f.StringVar(&o.options.Table, "table", "", a.say("只读取这张表", "read this table only"))
	}
}

// parse turns written flags into options.
func (o *importFlags) parse(a *app) error {
	if o.report != "text" && o.report != "json" {
		return usageError{fmt.Errorf("--report %q: text | json", o.report)}
	}
	if o.bbox != "" {
		box, err := parseBBox(o.bbox)
		if err != nil {
			return usageError{err}
		}
		o.options.BBox = &box
	}
	if o.replace {
		o.options.Mode = ingest.Replace
	}
	if o.lenient {
		o.options.Care = ingest.Lenient
	}
	o.options.Set = make(map[string]string, len(o.set))
	for _, pair := range o.set {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return usageError{fmt.Errorf("--set %q: %s", pair, a.say("应为 名称=值", "must be NAME=VALUE"))}
		}
		o.options.Set[name] = value
	}
	return nil
}

func parseBBox(text string) (geo.Extent, error) {
	parts := strings.Split(text, ",")
	var v [4]float64
	if len(parts) != len(v) {
		return geo.Extent{}, fmt.Errorf("--bbox %q: west,south,east,north", text)
	}
	for i, part := range parts {
		n, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil {
			return geo.Extent{}, fmt.Errorf("--bbox %q: %q is not a number", text, part)
		}
		v[i] = n
	}
	return geo.Extent{MinX: v[0], MinY: v[1], MaxX: v[2], MaxY: v[3]}, nil
}

// memoryFor is what an import should get by with: a batch holds all features of a
// file at once, some thirty times the file. Near the limit the collector works
// harder; beyond it the import goes on, slower.
func memoryFor(path string) int64 {
	const base, growth = 128 << 20, 36
	info, err := os.Stat(path)
	if err != nil {
		return base // the import itself will say what is wrong
	}
	return base + growth*unpacked(path, info.Size())
}

// unpacked guesses how much is in a file that may be packed: tables of numbers
// shrink to less than a tenth.
func unpacked(path string, size int64) int64 {
	const packed = 10
	switch strings.ToLower(filepath.Ext(path)) {
	case ".gz", ".xlsx", ".xlsm":
		return packed * size
	}
	return size
}

func (a *app) runImport(ctx context.Context, o importFlags) (err error) {
	_, missing := os.Stat(a.store)
	store, err := a.openStore(ctx, stores.CreateIfMissing)
	if err != nil {
		return err
	}
	written := false
	defer func() {
		err = errors.Join(err, store.Close())
		if !written && errors.Is(missing, fs.ErrNotExist) {
			// The workspace was made for this import alone, which wrote nothing.
			_ = os.Remove(a.store)
		}
	}()
	before := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(before)
	debug.SetMemoryLimit(min(before, memoryFor(o.options.Path)))
	bar := a.progressBar()
	o.options.Progress = func(stage ingest.Stage, done, total int64) {
		bar(stageTitle(stage).In(a.lang), int(done), int(max(total, done)))
	}
	report, err := ingest.Run(ctx, store, o.options)
	if err != nil {
		return err
	}
	written = true
	return a.printReport(report, o)
}

func stageTitle(s ingest.Stage) geo.Text {
	switch s {
	case ingest.Reading:
		return geo.T("读取", "reading")
	case ingest.Checking:
		return geo.T("检查", "checking")
	}
	return geo.T("写入", "writing")
}

func (a *app) printReport(report *ingest.Report, o importFlags) error {
	body, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if o.reportFile != "" {
		if err := os.WriteFile(o.reportFile, append(body, '\n'), 0o644); err != nil {
			return geo.Refuse(geo.Tf("数据已导入，但报告无法写入 %s", "the data is in, but the report cannot be written to %s", o.reportFile),
				geo.T("检查文件夹权限", "check the rights of the folder")).Because(err)
		}
	}
	if o.report == "json" {
		_, err = fmt.Fprintln(a.stdout, string(body))
		return err
	}
	_, err = fmt.Fprint(a.stdout, report.Text(a.lang))
	return err
}
