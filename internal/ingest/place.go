package ingest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
)

// The systems of Chinese web maps, which have no code.
const (
	gcj02 = "GCJ02"
	bd09  = "BD09"
)

// toDegrees brings features from the system that the file names, or the user,
// into longitude and latitude. Nothing is guessed: coordinates that cannot be in
// the system are refused, with advice.
func (r *run) toDegrees(file string, features []geo.Feature, declared string) (used string, err error) {
	used = declared
	if r.opts.CRS != "" {
		used = strings.ToUpper(strings.ReplaceAll(r.opts.CRS, "-", ""))
		if !shifted(used) {
			used = r.opts.CRS
		}
		if declared != "" && declared != used {
			r.report.note(geo.Tf("按 --crs 采用 %s，未采用文件声明的 %s", "--crs says %s; the file's own %s was not used", used, shortCRS(declared)))
		}
	}
	if used == "" {
		used = crs.WGS84
	}
	if shifted(used) {
		return used, r.unshift(file, features, used)
	}
	if err := fits(file, features, used, declared == "" && r.opts.CRS == ""); err != nil {
		return "", err
	}
	if used == crs.WGS84 {
		return used, nil
	}
	t, err := crs.New(used, crs.WGS84)
	if err != nil {
		return "", err
	}
	return shortCRS(used), t.ForwardFeatures(features)
}

func shifted(name string) bool { return name == gcj02 || name == bd09 }

// shortCRS makes a definition fit into a sentence.
func shortCRS(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return name
}

func (r *run) unshift(file string, features []geo.Feature, system string) error {
	if err := fits(file, features, crs.WGS84, false); err != nil {
		return err
	}
	for i := range features {
		features[i].Geometry = geo.MapPoints(features[i].Geometry, func(p orb.Point) orb.Point {
			if system == bd09 {
				p = crs.BD09ToGCJ02(p)
			}
			return crs.FromGCJ02(p)
		})
		features[i].Quality = append(features[i].Quality, "geometry=converted from "+system+", about a metre")
	}
	return nil
}

// fits refuses features that cannot be in a system. assumed tells that nobody
// named it.
func fits(file string, features []geo.Feature, system string, assumed bool) error {
	whole := geo.EmptyExtent()
	for i := range features {
		whole = whole.Union(geo.ExtentOf(features[i].Geometry))
	}
	if crs.Fits(system, whole) {
		return nil
	}
	if _, err := crs.New(system, crs.WGS84); err != nil {
		return err // not a system at all
	}
	if bad := strays(features, system); len(bad) > 0 {
		return geo.Refuse(
			geo.Tf("文件 %s 中有 %d 个要素的坐标远离其他要素，不在 %s 内：%s", "%[2]d features of file %[1]s lie far from all others and cannot be in %[3]s: %[4]s", file, len(bad), shortCRS(system), list(bad)),
			geo.T("改正或删除这些要素的坐标", "mend or delete these features"))
	}
	core := coreExtent(features)
	where := fmt.Sprintf("x %.10g … %.10g, y %.10g … %.10g", core.MinX, core.MaxX, core.MinY, core.MaxY)
	what := geo.Tf("文件 %[1]s 的坐标（%[3]s）不可能是 %[2]s", "the coordinates of file %[1]s (%[3]s) cannot be in %[2]s", file, shortCRS(system), where)
	if assumed {
		what = geo.Tf("文件 %[1]s 没有声明坐标系，其坐标（%[2]s）不是经纬度", "file %[1]s names no CRS, and its coordinates (%[2]s) are not longitude and latitude", file, where)
	}
	return geo.Refuse(what, advice(core)...)
}

// advice words what the coordinates may be.
func advice(e geo.Extent) []geo.Text {
	var out []geo.Text
	for _, g := range crs.Guesses(e) {
		switch {
		case g.Swapped:
			out = append(out, geo.Tf("横纵坐标似乎颠倒（北在前，东在后；按 %s 对调后位于 %.4f, %.4f）：对调后重新导出", "the axes seem swapped, north before east; turned round, %s puts them at %.4f, %.4f: export the file with east first", g.Code, g.Place[0], g.Place[1]))
		default:
			out = append(out, geo.Tf("若数据应位于 %[2]s，加上 --crs %[1]s", "if the data belongs at %[2]s, add --crs %[1]s", g.Code, fmt.Sprintf("%.4f, %.4f", g.Place[0], g.Place[1])))
		}
	}
	if len(out) == 0 {
		out = append(out, geo.T("坐标不符合任何常见坐标系；可能在电子表格中被截断或单位有误，请从原始数据重新导出", "they fit no usual CRS; a spreadsheet may have cut them or changed their unit: export them again from the source"))
	}
	return out
}

// strays names the features that alone keep the rest from fitting: at most one in
// twenty.
func strays(features []geo.Feature, system string) []string {
	const share, most = 20, 2000 // systems other than degrees are slow to ask
	if system != crs.WGS84 && len(features) > most {
		return nil
	}
	var bad []string
	for i := range features {
		e := geo.ExtentOf(features[i].Geometry)
		if crs.WGS84 == system {
			if e.IsEmpty() || e.MinX >= -180 && e.MaxX <= 180 && e.MinY >= -90 && e.MaxY <= 90 {
				continue
			}
		} else if crs.Fits(system, e) {
			continue
		}
		bad = append(bad, features[i].Source.ID)
		if len(bad)*share > len(features) {
			return nil
		}
	}
	return bad
}

// coreExtent is the extent of nine tenths of the features, which a few wild ones
// do not change.
func coreExtent(features []geo.Feature) geo.Extent {
	var xs, ys []float64
	for i := range features {
		if e := geo.ExtentOf(features[i].Geometry); !e.IsEmpty() {
			c := e.Centre()
			xs, ys = append(xs, c[0]), append(ys, c[1])
		}
	}
	if len(xs) == 0 {
		return geo.EmptyExtent()
	}
	slices.Sort(xs)
	slices.Sort(ys)
	low, high := len(xs)/20, len(xs)-1-len(xs)/20
	return geo.Extent{MinX: xs[low], MaxX: xs[high], MinY: ys[low], MaxY: ys[high]}
}

// maxListed bounds what a sentence lists.
const maxListed = 10

func list(items []string) string {
	out := strings.Join(items[:min(len(items), maxListed)], ", ")
	if len(items) > maxListed {
		out += " …"
	}
	return out
}
