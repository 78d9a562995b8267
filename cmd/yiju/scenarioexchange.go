package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/paulmach/orb"
	"github.com/spf13/cobra"

	"yiju/data/geojson"
	"yiju/geo"
	"yiju/internal/exchange"
	"yiju/layers"
	"yiju/layers/scenario"
)

func newScenarioExportCommand(a *app) *cobra.Command {
	all := false
	cmd := &cobra.Command{
		Use: "export ID FILE", Short: a.say("把方案写成 GeoJSON 或 GeoPackage 文件", "Write a scenario as GeoJSON or as a GeoPackage"),
		Long: a.say(".geojson 是编辑清单，每个编辑一个要素；.gpkg 是改动过的图层加编辑表。两者都能在 QGIS 中打开，也能原样导回。",
			".geojson is the list of edits, a feature each; .gpkg the touched layers and the table of edits. Both open in QGIS, and come back as the same scenario."),
		Example: "  yiju scenario export s-3k9f2mq7 plan.gpkg --all --store city.gpkg",
		Args:    cobra.ExactArgs(2),
		RunE: a.onBook(func(ctx context.Context, store layers.Store, book *scenario.Book, args []string) error {
			s, err := book.Get(ctx, args[0])
			if err != nil {
				return err
			}
			switch ext := strings.ToLower(filepath.Ext(args[1])); ext {
			case ".gpkg":
				err = exchange.WriteGPKG(ctx, args[1], store, s, exchange.GPKGOptions{All: all})
			case ".geojson", ".json":
				err = writeWhole(args[1], func(w io.Writer) error { return exchange.WriteGeoJSON(ctx, w, store, s) })
			default:
				return usageError{fmt.Errorf("%q: .geojson | .gpkg", args[1])}
			}
			if err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, "→ "+args[1])
			return nil
		}),
	}
	cmd.Flags().BoolVar(&all, "all", false, a.say("GeoPackage 含改动图层的全部要素", "a GeoPackage holds all features of the touched layers"))
	return cmd
}

func newScenarioImportCommand(a *app) *cobra.Command {
	var o exchange.Options
	var area string
	asJSON := false
	cmd := &cobra.Command{
		Use: "import FILE", Short: a.say("由方案文件或设计图纸建立方案", "Make a scenario of an exported one or of a drawing"),
		Long: a.say("导出的方案原样恢复。其他 GeoPackage、GeoJSON 和表格按图纸处理：与现状按标识或形状逐一匹配，差别成为编辑。\n现状中有而图纸中没有的要素只报告，除非给出 --delete-missing；一对多而无法判断的要素作为已关闭的新增保留。",
			"An exported scenario comes back as it was. Any other GeoPackage, GeoJSON or table is a drawing: it is matched with the base by ids or by shape, and the\ndifferences become edits. What the base has and the drawing has not is reported, and deleted only with --delete-missing; what may be any of several\nthings of the base comes as an addition that is switched off."),
		Example: "  yiju scenario import plan.gpkg --store city.gpkg\n" +
			"  yiju scenario import 摄像机布点.geojson --layer cameras --crs EPSG:4548 --dry-run --store city.gpkg",
		Args: cobra.ExactArgs(1),
		RunE: a.onBook(func(ctx context.Context, store layers.Store, book *scenario.Book, args []string) error {
			o.Path = args[0]
			if area != "" {
				var err error
				if o.Area, err = readArea(ctx, area); err != nil {
					return err
				}
			}
			s, report, err := exchange.Import(ctx, store, book, o)
			if err != nil {
				return err
			}
			if asJSON {
				id := ""
				if s != nil {
					id = s.ID
				}
				return printJSON(a.stdout, struct {
					Scenario string           `json:"scenario"`
					Report   *exchange.Report `json:"report"`
				}{id, report})
			}
			fmt.Fprint(a.stdout, report.Text(a.lang))
			if s != nil {
				fmt.Fprintln(a.stdout, s.ID)
			}
			return nil
		}),
	}
	f := cmd.Flags()
	f.StringVar(&o.Name, "name", "", a.say("方案名称，默认取文件的", "name of the scenario; that of the file unless given"))
	f.StringVar(&o.Layer, "layer", "", a.say("图纸的图层，默认按文件查找", "the layer of the drawing; found by the file unless given"))
	f.StringVar(&o.Table, "table", "", a.say("只读取 GeoPackage 的这张表，或工作表", "read this table of a GeoPackage only, or this sheet"))
	f.StringVar(&o.CRS, "crs", "", a.say("图纸的坐标系，用于没有声明或声明有误的文件", "the CRS of a drawing that names none or a wrong one"))
	f.StringVar(&o.IDField, "id", "", a.say("标识所在的字段", "the column that holds the ids"))
	f.StringVar(&o.Encoding, "encoding", "", a.say("文字编码，例如 gb18030", "encoding of the text, such as gb18030"))
	f.BoolVar(&o.Lenient, "lenient", false, a.say("不合要求的值按未知处理", "values that do not fit become unknown"))
	f.Float64Var(&o.Match_m, "match", exchange.DefaultMatch_m, a.say("形状相差多少米以内算同一要素", "how far apart, in metres, shapes of the same thing may be"))
	f.BoolVar(&o.DeleteMissing, "delete-missing", false, a.say("删除图纸范围内现状有而图纸没有的要素", "delete what the base has inside the drawing's area and the drawing has not"))
	f.StringVar(&area, "area", "", a.say("图纸范围：含多边形的 GeoJSON 文件，默认图纸的外接矩形", "the area that was drawn: a GeoJSON file with a polygon; the extent of the drawing unless given"))
	f.BoolVar(&o.ClearEmpty, "clear-empty", false, a.say("图纸中为空的属性改为未知（默认保留现状的值）", "make attributes unknown that are empty in the drawing; those of the base stay otherwise"))
	f.BoolVar(&o.DryRun, "dry-run", false, a.say("只报告，不建立方案", "report, and make no scenario"))
	f.BoolVar(&asJSON, "json", false, a.say("以 JSON 输出", "print JSON"))
	f.Int64Var((*int64)(&o.Base), "base", 0, a.say("基准版本，默认文件的或最新的", "the revision to lay it over; the file's own or the newest unless given"))
	a.authorFlag(cmd, &o.Author)
	return cmd
}

// readArea reads the polygons of a GeoJSON file, in degrees.
func readArea(ctx context.Context, path string) (orb.Geometry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, geo.Refuse(geo.Tf("无法读取文件 %s", "file %s cannot be read", path), geo.T("检查路径和权限", "check the path and the rights")).Because(err)
	}
	defer f.Close()
	file, err := geojson.Read(ctx, f, geojson.Options{Name: filepath.Base(path)})
	if err != nil {
		return nil, err
	}
	var out orb.MultiPolygon
	for i := range file.Features {
		out = append(out, geo.Polygons(file.Features[i].Geometry)...)
	}
	if e := geo.ExtentOf(out); len(out) == 0 || file.CRS != "" && file.CRS != "EPSG:4326" && file.CRS != "EPSG:4490" || !geo.Finite(out) || e.MinX < -180 || e.MaxX > 180 || e.MinY < -90 || e.MaxY > 90 {
		return nil, geo.Refuse(geo.Tf("文件 %s 中没有以经纬度表示的多边形", "file %s holds no polygon in longitude and latitude", path),
			geo.T("导出为 EPSG:4326 的 GeoJSON", "export it as GeoJSON in EPSG:4326"))
	}
	return out, nil
}
