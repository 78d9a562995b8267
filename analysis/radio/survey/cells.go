package survey

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio"
	"yiju/analysis/radio/link"
	"yiju/geo"
)

// cell is a cell made ready for many links.
type cell struct {
	radio.Cell
	site     int
	z        float64 // of the antenna
	scenario link.Scenario
	losses   link.Losses
	antenna  link.Antenna
	entry    float64
	built    float64
	rows     int
	// why is the reason that its rows are left out; empty for a cell in use.
	why string
	// grounded tells that GroundM is known.
	grounded bool
}

// Reasons to leave rows out.
const (
	NoCell         = "no_cell"
	NoLevel        = "no_level"
	NoPlace        = "no_place"
	TooFar         = "too_far"
	ZeroHeight     = "cell_height_zero"
	WrongAzimuth   = "cell_azimuth_out_of_range"
	NegativeTilt   = "cell_tilt_negative"
	IncompleteCell = "cell_incomplete"
)

func reasons(o *Options) []Left {
	return []Left{
		{Reason: NoCell, Text: geo.T("小区不在图层 cells 中", "the cell is not in layer cells")},
		{Reason: NoPlace, Text: geo.T("没有位置", "no position")},
		{Reason: NoLevel, Text: geo.T("没有 RSRP", "no RSRP")},
		{Reason: IncompleteCell, Text: geo.T("小区缺少必要属性", "the cell lacks attributes that are needed")},
		{Reason: ZeroHeight, Text: geo.T("小区挂高为 0", "the height of the cell is 0")},
		{Reason: WrongAzimuth, Text: geo.T("小区方位角不在 0–360°", "the azimuth of the cell is outside 0–360°")},
		{Reason: NegativeTilt, Text: geo.T("小区下倾角为负", "the tilt of the cell is negative")},
		{Reason: TooFar, Text: geo.Tf("距小区超过 %g 米", "more than %g m from the cell", o.MaxDistanceM)},
	}
}

// readCells turns features into cells. A cell that cannot be used keeps the reason.
func (s *Survey) readCells(features []geo.Feature) {
	for i := range features {
		s.cells = append(s.cells, s.readCell(&features[i]))
	}
	slices.SortFunc(s.cells, func(a, b cell) int { return cmp.Compare(a.ID, b.ID) })
}

func (s *Survey) readCell(f *geo.Feature) cell {
	r := cellReader{feature: f, defaults: s.options.Defaults}
	c := cell{Cell: radio.Cell{ID: f.ID}}
	c.Site, _ = f.Text("site")
	c.Operator, _ = f.Text("operator")
	c.Band, _ = f.Text("band")
	r.band = c.Band
	c.FreqMHz = r.get("freq_mhz")
	c.HeightM = r.get("height_m")
	c.AzimuthDeg, c.HBWDeg, c.VBWDeg = r.get("azimuth_deg"), r.get("hbw_deg"), r.get("vbw_deg")
	c.TiltDeg = r.get("tilt_deg")
	c.GainDBi = r.get("gain_dbi")
	c.EPREdBm = r.power(c.GainDBi)
	c.GroundM, c.grounded = f.Number("ground_m")
	c.Assumed = r.assumed
	at, ok := place(f.Geometry)
	c.At = at
	switch {
	case !ok:
		c.why = IncompleteCell
		r.missing = append(r.missing, "position")
	case len(r.missing) > 0:
		c.why = IncompleteCell
	case c.HeightM <= 0:
		c.why = ZeroHeight
	case c.AzimuthDeg < 0 || c.AzimuthDeg > 360:
		c.why = WrongAzimuth
	case c.TiltDeg < 0:
		c.why = NegativeTilt
	}
	s.notes.lacks(c.ID, r.missing, r.assumed)
	return c
}

// cellReader reads attributes of a cell and notes what is missing.
type cellReader struct {
	feature          *geo.Feature
	defaults         *radio.Defaults
	band             string
	missing, assumed []string
}

func (r *cellReader) get(field string) float64 {
	if v, ok := r.feature.Number(field); ok {
		return v
	}
	if v, ok := r.fallback(field); ok {
		r.assumed = append(r.assumed, field)
		return v
	}
	r.missing = append(r.missing, field)
	return 0
}

// assumable are the attributes that defaults may stand in for. Where an antenna is and
// where it points has to be known: levels fitted on a guess of it would say nothing.
var assumable = []string{"gain_dbi", "hbw_deg", "vbw_deg", "power_w", "bandwidth_mhz", "scs_khz"}

func (r *cellReader) fallback(field string) (float64, bool) {
	if r.defaults == nil || !slices.Contains(assumable, field) {
		return 0, false
	}
	band, ok := r.defaults.Bands[r.band]
	if !ok {
		band = r.defaults.Bands[""]
	}
	v, ok := band[field]
	return v, ok
}

// power is the power of a resource element: as it is given, or from the power of the
// cell and its resource blocks, or from the EIRP.
func (r *cellReader) power(gainDBi float64) float64 {
	if v, ok := r.feature.Number("rs_power_dbm"); ok {
		return v
	}
	n, ok := link.Blocks(r.get("scs_khz"), r.get("bandwidth_mhz"))
	if !ok {
		if !slices.Contains(r.missing, "scs_khz") && !slices.Contains(r.missing, "bandwidth_mhz") {
			r.missing = append(r.missing, "scs_khz", "bandwidth_mhz")
		}
		return 0
	}
	if eirp, ok := r.feature.Number("eirp_dbm"); ok {
		return link.EPREdBm(eirp-gainDBi, n)
	}
	w := r.get("power_w")
	return link.EPREdBm(link.DBm(max(w, math.SmallestNonzeroFloat64)), n)
}

func place(g orb.Geometry) (orb.Point, bool) {
	for _, part := range geo.Parts(g) {
		if p, ok := part.(orb.Point); ok {
			return p, true
		}
	}
	return orb.Point{}, false
}

// row is a measurement in use.
type row struct {
	Measurement
	cell int32
}

// sortOut keeps the rows that can be used and counts the others by reason.
func (s *Survey) sortOut(in []Measurement) []row {
	byID := make(map[string]int, len(s.cells))
	for i := range s.cells {
		byID[s.cells[i].ID] = i
	}
	s.left = reasons(&s.options)
	at := make(map[string]int, len(s.left))
	for i := range s.left {
		at[s.left[i].Reason] = i
	}
	rows := make([]row, 0, len(in))
	for i := range in {
		c, ok := byID[in[i].Cell]
		why := ""
		if ok {
			why = s.unusable(&in[i], &s.cells[c])
		} else {
			why = NoCell
		}
		if why != "" {
			s.left[at[why]].Rows++
			continue
		}
		s.cells[c].rows++
		rows = append(rows, row{in[i], int32(c)})
	}
	for i := range s.cells {
		if c := &s.cells[i]; c.why != "" {
			l := &s.left[at[c.why]]
			l.CellCount++
			if len(l.Cells) < mostNamed {
				l.Cells = append(l.Cells, c.ID)
			}
		}
	}
	return rows
}

// mostNamed is how many features are named where many are concerned.
const mostNamed = 10

func (s *Survey) unusable(m *Measurement, c *cell) string {
	switch {
	case !known(m.RSRPdBm):
		return NoLevel
	case !known(m.At[0]) || !known(m.At[1]):
		return NoPlace
	case c.why != "":
		return c.why
	case geo.Distance(m.At, c.At) > s.options.MaxDistanceM:
		return TooFar
	}
	return ""
}

// Cells are of one site within siteM of each other, as the antennas of one roof stand
// apart, and, where their lists name the same site, within namedSiteM: names come up
// again elsewhere.
const (
	siteM      = 50.0
	namedSiteM = 500.0
)

// findSites gathers the cells in use by place and name. Cells of one site share their
// surroundings, so that no part of a split may have one without the others.
func (s *Survey) findSites() {
	var used []int
	for i := range s.cells {
		s.cells[i].site = -1
		if s.cells[i].rows > 0 {
			used = append(used, i)
		}
	}
	slices.SortFunc(used, func(a, b int) int {
		p, q := s.cells[a].At, s.cells[b].At
		return cmp.Or(cmp.Compare(p[0], q[0]), cmp.Compare(p[1], q[1]), cmp.Compare(a, b))
	})
	first := newGroups(len(used))
	for i, a := range used {
		for k := i + 1; k < len(used); k++ {
			p, q := &s.cells[a], &s.cells[used[k]]
			if q.At[0]-p.At[0] > namedSiteM {
				break
			}
			far := geo.Distance(p.At, q.At)
			if far <= siteM || far <= namedSiteM && p.Site != "" && p.Site == q.Site {
				first.join(i, k)
			}
		}
	}
	at := make(map[int]int)
	for i, a := range used {
		c := &s.cells[a]
		root := first.of(i)
		n, ok := at[root]
		if !ok {
			n = len(s.sites)
			at[root] = n
			id := c.Site
			if id == "" {
				id = fmt.Sprintf("%.0f,%.0f", c.At[0], c.At[1])
			}
			s.sites = append(s.sites, Site{ID: id, At: c.At})
		}
		c.site = n
		s.sites[n].Cells++
		s.sites[n].Rows += c.rows
	}
}

// groups are sets of things that were joined; the least of each stands for it.
type groups []int

func newGroups(n int) groups {
	g := make(groups, n)
	for i := range g {
		g[i] = i
	}
	return g
}

func (g groups) of(i int) int {
	for g[i] != i {
		g[i] = g[g[i]]
		i = g[i]
	}
	return i
}

func (g groups) join(a, b int) {
	a, b = g.of(a), g.of(b)
	g[max(a, b)] = min(a, b)
}
