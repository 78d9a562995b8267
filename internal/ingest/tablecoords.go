package ingest

import (
	"math"
	"strings"

	"github.com/paulmach/orb"

	"yiju/data/standards"
	tablefile "yiju/data/table"
	"yiju/geo"
)

// placePlan is where coordinates stand.
type placePlan struct {
	x, y    int // or the same column for both
	degrees bool
	crs     string
	unit    [2]string
}

// placeOf finds the coordinates: the first form of which all columns are there.
func (g *grid) placeOf(places []standards.PlaceColumns) (*placePlan, error) {
	for i := range places {
		c := &places[i]
		p := &placePlan{x: g.headers.find(c.X), y: g.headers.find(c.Y), crs: c.CRS}
		switch {
		case len(c.Lon) > 0:
			p.x, p.y, p.degrees = g.headers.find(c.Lon), g.headers.find(c.Lat), true
		case len(c.Both) > 0:
			p.x = g.headers.find(c.Both)
			p.y, p.degrees = p.x, true
		}
		if p.x == none || p.y == none {
			continue
		}
		for k, at := range []int{p.x, p.y} {
			behind := g.headers.behind[at]
			if code := g.system(behind); code != "" {
				p.crs = code
			} else if !p.degrees {
				p.unit[k] = behind
			}
		}
		return p, nil
	}
	if len(places) == 0 {
		return nil, nil
	}
	return nil, geo.Refuse(geo.Tf("文件 %[1]s 的表中没有坐标列；表头为第 %[2]d 行：%[3]s", "the table of file %[1]s has no columns of coordinates; its names are in row %[2]d: %[3]s", g.run.report.File, g.sheet.HeaderRow, list(g.headers.names)),
		geo.T("补上“经度”“纬度”两列（度），或横、纵坐标两列（米，并用 --crs 指定坐标系）", "add columns longitude and latitude in degrees, or x and y in metres with --crs"),
		geo.T("若坐标在另一文件中，先在表格软件里合并", "if the coordinates are in another file, join the two first"))
}

// system is the code that the words behind a name stand for.
func (g *grid) system(behind string) string {
	for _, code := range sortedKeys(g.words.Systems) {
		for _, word := range g.words.Systems[code] {
			if form := plainForm(word); behind == form || form != "2000" && len(form) > 3 && strings.Contains(behind, form) {
				return code
			}
		}
	}
	return ""
}

// turned tells whether a row has its latitude where the longitude belongs.
func (p *placePlan) turned(cells []tablefile.Cell) bool {
	if !p.degrees || p.x == p.y {
		return false
	}
	x, okX := parseAngle(cells[p.x].Text)
	y, okY := parseAngle(cells[p.y].Text)
	return okX && okY && swapped(x, y)
}

func swapped(x, y angle) bool {
	if x.axis == 'y' || y.axis == 'x' {
		return true
	}
	return math.Abs(x.value) <= 90 && math.Abs(y.value) > 90 && math.Abs(y.value) <= 180
}

// soundPlace refuses coordinates that were cut, or stand in each other's column.
func (g *grid) soundPlace(p *placePlan, turned bool) error {
	for _, at := range []int{p.x, p.y} {
		if s := &g.stats[at]; s.scientific > 0 {
			return geo.Refuse(
				geo.Tf("文件 %[1]s 列“%[2]s”的坐标在电子表格中丢失了数字：%[3]s", "the coordinates in column %[2]q of file %[1]s have lost digits in a spreadsheet: %[3]s", g.run.report.File, g.headers.names[at], strings.Join(s.lost, ", ")),
				geo.T("把该列设为“数值”格式、6 位以上小数后另存，或从原系统重新导出", "set the column to numbers with six decimals or more and save again, or export from the source again"))
		}
	}
	if turned {
		return geo.Refuse(
			geo.Tf("文件 %[1]s 的经度和纬度似乎颠倒：列“%[2]s”中是纬度，列“%[3]s”中是经度", "longitude and latitude of file %[1]s seem swapped: column %[2]q holds latitudes, column %[3]q longitudes", g.run.report.File, g.headers.names[p.x], g.headers.names[p.y]),
			geo.T("对调这两列的列名", "exchange the names of the two columns"))
	}
	if s := &g.stats[p.x]; p.degrees && p.x != p.y && s.filled > 1 && s.coarse*2 > s.filled {
		g.run.report.note(geo.Tf("多数坐标不超过 3 位小数，位置只准到约 100 米（列“%s”）", "most coordinates have three decimals or fewer: places are good to some 100 m (column %q)", g.headers.names[p.x]))
	}
	return nil
}

// placed reads the coordinates of a row. none tells that there are none; why what is
// wrong with them, in which column.
func (g *grid) placed(p *placePlan, cells []tablefile.Cell) (at orb.Point, none bool, why *geo.Text, column int) {
	x, y := cells[p.x], cells[p.y]
	if g.blank(x) && g.blank(y) {
		return at, true, nil, p.x
	}
	if p.x == p.y {
		a, b, ok := parsePair(x.Text)
		return g.point(p, a, b, ok, ok)
	}
	for i, c := range []tablefile.Cell{x, y} {
		column = []int{p.x, p.y}[i]
		switch {
		case g.blank(c):
			t := geo.T("缺少坐标", "a coordinate is missing")
			return at, false, &t, column
		case c.Kind == tablefile.Date:
			return at, false, &shouldBeDate, column
		}
	}
	if p.degrees {
		a, okA := parseAngle(x.Text)
		b, okB := parseAngle(y.Text)
		return g.point(p, a, b, okA, okB)
	}
	var metres [2]float64
	var fine [2]bool
	for i, c := range []tablefile.Cell{x, y} {
		v, unit, ok := g.d.amountText(c.Text, true)
		if unit == "" {
			unit = p.unit[i]
		}
		if ok {
			v, ok = g.d.convert(v, unit, "m")
		}
		metres[i], fine[i] = v, ok
	}
	return g.point(p, angle{value: metres[0]}, angle{value: metres[1]}, fine[0], fine[1])
}

func (g *grid) blank(c tablefile.Cell) bool {
	if c.Kind != tablefile.Text {
		return c.Kind == tablefile.Blank
	}
	digit := c.Text[0] >= '0' && c.Text[0] <= '9' // no word for unknown begins with one
	return !digit && g.d.unknown[plainForm(c.Text)]
}

func (g *grid) point(p *placePlan, x, y angle, okX, okY bool) (orb.Point, bool, *geo.Text, int) {
	at := orb.Point{x.value, y.value}
	var why geo.Text
	column := p.x
	switch {
	case !okX || !okY:
		why = geo.T("不是坐标（度可写作 117.1234 或 117°07′24″）", "is not a coordinate (write degrees as 117.1234 or 117°07′24″)")
		if okX {
			column = p.y
		}
	case p.degrees && swapped(x, y):
		why = geo.T("经度与纬度颠倒", "longitude and latitude are swapped")
	case at == orb.Point{}:
		why = geo.T("坐标为 0, 0，不是实际位置", "the coordinates are 0, 0, which is no real place")
	default:
		return at, false, nil, column
	}
	return at, false, &why, column
}
