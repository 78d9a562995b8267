package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// A phone of one operator is carried along the main roads. What it met is made up
// by a plain law of distance and direction, not by the engine of the product, so
// that comparing the two says something.
const (
	phone_m        = 1.5
	phoneSpeed_mps = 1.2
	sampleStep_m   = 45.0
	clutter_dB     = 14.0 // streets between houses
	spread_dB      = 6.0
)

func (p *plan) drawMeasurements() {
	const operator, band = "中国移动", "n41"
	var cells []*geo.Feature
	for i := range p.features["cells"] {
		c := &p.features["cells"][i]
		if o, _ := c.Text("operator"); o == operator && c.Attributes["band"] == band {
			cells = append(cells, c)
		}
	}
	seconds := 0.0
	for _, way := range p.features["ways"] {
		l, isLine := way.Geometry.(orb.LineString)
		if main, _ := way.Bool("main_road"); !main || !isLine {
			continue
		}
		for d := sampleStep_m / 2; d < lengthOf(l); d += sampleStep_m {
			at, _ := along(l, d)
			at = mm(at)
			cell, rsrp, sinr := p.strongest(cells, at)
			p.add("measurements", p.next("m", 3), at, attrs{
				"cell": cell.ID, "operator": operator, "band": band, "rsrp_dbm": round(rsrp, 10), "sinr_db": round(sinr, 10),
				"height_m": phone_m, "ground_m": round(p.ground(at), 10), "building_height_m": 0.0, "clutter": "街道",
				"time": fmt.Sprintf("2024-06-18 09:%02d:%02d", int(seconds)/60%60, int(seconds)%60),
			})
			seconds += sampleStep_m / phoneSpeed_mps
		}
	}
}

// strongest is the cell that a place hears best, its level and the ratio to the
// other cells.
func (p *plan) strongest(cells []*geo.Feature, at orb.Point) (best *geo.Feature, rsrp, sinr float64) {
	const noise_dBm = -120.2 // of 30 kHz with a noise figure of 9 dB
	sum, top := math.Pow(10, noise_dBm/10), math.Inf(-1)
	for _, c := range cells {
		v := level(c, at) + p.around(0, spread_dB)
		sum += math.Pow(10, v/10)
		if v > top {
			best, top = c, v
		}
	}
	other := sum - math.Pow(10, top/10)
	return best, top, top - 10*math.Log10(other)
}

// level is the power of a resource element at a place: free roads, a parabolic
// antenna in plan, a flat loss for the houses.
func level(c *geo.Feature, at orb.Point) float64 {
	v := func(name string) float64 { n, _ := c.Number(name); return n }
	from := c.Geometry.(orb.Point)
	azimuth := math.Atan2(at[0]-from[0], at[1]-from[1]) * 180 / math.Pi
	off := math.Abs(math.Mod(azimuth-v("azimuth_deg")+540, 360) - 180)
	side := math.Min(12*math.Pow(off/v("hbw_deg"), 2), 30)
	d := math.Hypot(geo.Distance(from, at), v("height_m")-phone_m)
	loss := 28 + 22*math.Log10(math.Max(d, 10)) + 20*math.Log10(v("freq_mhz")/1000)
	element := 10*math.Log10(v("power_w")*1000) - 10*math.Log10(12*273)
	return element + v("gain_dbi") - side - loss - clutter_dB
}
