package radio

import (
	"fmt"
	"math"
	"slices"

	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

// leastW stands for the power of a cell that is switched off.
const leastW = 1e-12

// draft is a cell while its attributes are read.
type draft struct {
	cell     Cell
	feature  *geo.Feature
	missing  []string
	defaults map[string]float64 // nil for none
	// turned tells that the azimuth is known or not needed.
	turned bool
}

// newRadio is the technology of 5G in layer cells. A cell that does not tell its
// technology is taken at the layer's word.
const newRadio = "nr"

// readCells turns features into cells, in order of their ids, and lists what lacks.
// Cells of other technologies are left out.
func (m *Model) readCells(features []geo.Feature) {
	drafts := make([]*draft, 0, len(features))
	for i := range features {
		if technology, ok := features[i].Text("technology"); ok && technology != "" && technology != newRadio {
			m.others = append(m.others, features[i].ID)
			continue
		}
		d := m.newDraft(&features[i])
		d.read()
		drafts = append(drafts, d)
	}
	if m.params.Defaults != nil {
		spreadAzimuths(drafts)
	}
	for _, d := range drafts {
		if !d.turned {
			d.missing = append(d.missing, "azimuth_deg")
		}
		if len(d.missing) > 0 {
			slices.Sort(d.missing)
			m.lacks = append(m.lacks, Lack{"cells", d.cell.ID, d.missing})
			m.incomplete(d)
			continue
		}
		if len(d.cell.Assumed) > 0 {
			slices.Sort(d.cell.Assumed)
			m.lacks = append(m.lacks, Lack{"cells", d.cell.ID, slices.Clone(d.cell.Assumed)})
		}
		m.cells = append(m.cells, d.cell)
	}
}

// incomplete notes that coverage is not known where a cell may reach the community
// that cannot be used. Where defaults were asked for, a cell without a place is left
// out.
func (m *Model) incomplete(d *draft) {
	if slices.Contains(d.missing, "position") {
		m.unknownCells = m.unknownCells || m.params.Defaults == nil
		return
	}
	if geo.DistanceTo(m.community.Geometry, d.cell.At) <= m.params.ReachM {
		m.unknownCells = true
	}
}

func (m *Model) newDraft(f *geo.Feature) *draft {
	d := &draft{feature: f, cell: Cell{ID: f.ID}}
	c := &d.cell
	c.Site, _ = f.Text("site")
	c.Operator, _ = f.Text("operator")
	c.Band, _ = f.Text("band")
	c.OnBuilding, _ = f.Text("on_building")
	if m.params.Defaults != nil {
		bands := m.params.Defaults.Bands
		var ok bool
		if d.defaults, ok = bands[c.Band]; !ok {
			d.defaults = bands[""]
		}
	}
	at, ok := pointOf(f.Geometry)
	if !ok {
		d.missing = append(d.missing, "position")
		return d
	}
	c.At, c.GroundM = at, m.ground.height(at)
	return d
}

func pointOf(g orb.Geometry) (orb.Point, bool) {
	for _, part := range geo.Parts(g) {
		if p, ok := part.(orb.Point); ok {
			return p, true
		}
	}
	return orb.Point{}, false
}

// get is an attribute, or its default.
func (d *draft) get(field string) float64 {
	if v, ok := d.feature.Number(field); ok {
		return v
	}
	if v, ok := d.defaults[field]; ok {
		d.cell.Assumed = append(d.cell.Assumed, field)
		return v
	}
	d.missing = append(d.missing, field)
	return 0
}

func (d *draft) read() {
	c := &d.cell
	c.FreqMHz, c.HeightM = d.get("freq_mhz"), d.get("height_m")
	c.HBWDeg, c.VBWDeg, c.TiltDeg = d.get("hbw_deg"), d.get("vbw_deg"), d.get("tilt_deg")
	c.GainDBi = d.get("gain_dbi")
	c.EPREdBm = d.elementPower()
	c.AzimuthDeg, d.turned = d.feature.Number("azimuth_deg")
	if c.HBWDeg >= link.AllRoundDeg {
		d.turned = true
	}
}

// elementPower is the power of a resource element in dBm: as the list says, or the
// cell's power spread over its resource blocks.
func (d *draft) elementPower() float64 {
	if rs, ok := d.feature.Number("rs_power_dbm"); ok {
		d.cell.SCSkHz = d.get("scs_khz") // for the noise
		return rs
	}
	n := d.blocks()
	total := 0.0
	if eirp, ok := d.feature.Number("eirp_dbm"); ok && !has(d.feature, "power_w") {
		total = eirp - d.cell.GainDBi
	} else {
		total = link.DBm(max(d.get("power_w"), leastW))
	}
	return link.EPREdBm(total, max(n, 1))
}

func has(f *geo.Feature, field string) bool {
	_, ok := f.Number(field)
	return ok
}

// blocks reads bandwidth and spacing and finds the number of resource blocks. A pair
// that no table has is as good as none.
func (d *draft) blocks() int {
	bandwidth, spacing := d.get("bandwidth_mhz"), d.get("scs_khz")
	d.cell.SCSkHz = spacing
	n, ok := link.Blocks(spacing, bandwidth)
	if ok || slices.Contains(d.missing, "bandwidth_mhz") || slices.Contains(d.missing, "scs_khz") {
		return n
	}
	n, ok = link.Blocks(d.defaults["scs_khz"], d.defaults["bandwidth_mhz"])
	if !ok {
		d.missing = append(d.missing, "bandwidth_mhz", "scs_khz")
		return 0
	}
	d.cell.SCSkHz = d.defaults["scs_khz"]
	for _, field := range []string{"bandwidth_mhz", "scs_khz"} {
		if !slices.Contains(d.cell.Assumed, field) {
			d.cell.Assumed = append(d.cell.Assumed, field)
		}
	}
	return n
}

// spreadAzimuths gives cells without azimuth a third of the circle each, in order of
// their ids, the first towards north; one that is alone at its site sends all round.
func spreadAzimuths(drafts []*draft) {
	groups := make(map[string][]*draft)
	key := func(d *draft) string {
		site := d.cell.Site
		if site == "" {
			site = fmt.Sprint("at ", d.cell.At)
		}
		return site + "\x00" + d.cell.Band
	}
	for _, d := range drafts {
		if !d.turned {
			groups[key(d)] = append(groups[key(d)], d)
		}
	}
	for _, d := range drafts {
		if d.turned {
			continue
		}
		mates := groups[key(d)]
		d.cell.Assumed = append(d.cell.Assumed, "azimuth_deg")
		if len(mates) == 1 {
			d.cell.HBWDeg = link.AllRoundDeg
		}
		d.cell.AzimuthDeg = math.Mod(float64(slices.Index(mates, d))*120, 360)
	}
	for _, d := range drafts {
		d.turned = true
	}
}
