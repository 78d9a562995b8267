package main

import (
	"github.com/paulmach/orb"

	"yiju/geo"
)

// carrier is what an operator puts on the air at a site.
type carrier struct {
	operator, band string
	freq_mhz       float64
	bandwidth_mhz  float64
	scs_khz        float64
	power_w        float64 // 0 where the operator reports EIRP and the power of an element instead
	eirp_dbm       float64
	rs_power_dbm   float64
	gain_dbi       float64
	hbw_deg        float64
	vbw_deg        float64
	tilt_deg       float64
}

func carriers() map[string]carrier {
	return map[string]carrier{
		"mobile41":  {"中国移动", "n41", 2565, 100, 30, 200, 0, 0, 17.5, 65, 8, 7},
		"mobile28":  {"中国移动", "n28", 773, 30, 15, 80, 0, 0, 14.5, 65, 12, 6},
		"telecom78": {"中国电信", "n78", 3450, 100, 30, 200, 0, 0, 17.8, 65, 7, 6},
		"unicom78":  {"中国联通", "n78", 3550, 100, 30, 0, 71.0, 18.05, 17.8, 65, 7, 6},
	}
}

// radioSite is a rooftop with antennas on a mast.
type radioSite struct {
	name, building string // the building by name
	mast_m         float64
	azimuth_deg    float64 // of the first sector; the others follow by thirds
	carriers       []string
}

func radioSites() []radioSite {
	return []radioSite{
		{"党群服务中心站", "示范社区党群服务中心", 6, 30, []string{"telecom78"}},
		{"松涛苑北站", "松涛苑48号楼", 4, 0, []string{"mobile41"}},
		{"松涛苑南站", "松涛苑17号楼", 4, 60, []string{"unicom78"}},
		{"清溪里站", "清溪里20号楼", 4, 20, []string{"mobile41"}},
		{"丰泽商务楼站", "丰泽大街商务楼", 3.5, 0, []string{"telecom78", "mobile28"}},
		{"望岳东里站", "望岳东里9号楼", 4, 40, []string{"mobile41", "telecom78"}},
		{"安和家园站", "安和家园5号楼", 4, 60, []string{"mobile28", "unicom78"}},
		{"丰泽广场站", "丰泽广场写字楼1座", 3, 0, []string{"mobile41", "unicom78"}},
	}
}

func (p *plan) drawCells() {
	kinds := carriers()
	for _, site := range radioSites() {
		on := p.building(site.building)
		roof_m, _ := on.Number("height_m")
		at := geo.ExtentOf(on.Geometry).Centre()
		for _, name := range site.carriers {
			for sector := range 3 {
				p.addCell(site, kinds[name], on.ID, at, roof_m+site.mast_m, sector)
			}
		}
	}
}

func (p *plan) addCell(site radioSite, c carrier, building string, centre orb.Point, height_m float64, sector int) {
	azimuth := site.azimuth_deg + 120*float64(sector)
	if azimuth >= 360 {
		azimuth -= 360
	}
	// Each sector hangs on its own side of the roof.
	at := mm(orb.Point{centre[0] + 2.2*float64(sector-1), centre[1] + []float64{0.8, -0.8, 0.8}[sector]})
	a := attrs{
		"site": site.name, "operator": c.operator, "technology": "nr", "band": c.band, "freq_mhz": c.freq_mhz, "bandwidth_mhz": c.bandwidth_mhz,
		"scs_khz": c.scs_khz, "gain_dbi": c.gain_dbi, "azimuth_deg": azimuth, "hbw_deg": c.hbw_deg, "vbw_deg": c.vbw_deg,
		"tilt_deg": c.tilt_deg, "height_m": round(height_m, 10), "ground_m": round(p.ground(at), 10),
		"on_building": building,
	}
	if c.power_w > 0 {
		a["power_w"] = c.power_w
	} else {
		a["eirp_dbm"], a["rs_power_dbm"] = c.eirp_dbm, c.rs_power_dbm
	}
	p.add("cells", p.next("cell", 2), at, a)
}
