package main

import (
	"github.com/paulmach/orb"

	"yiju/geo"
)

// What the standards ask for beside the published figures. The counts are ours; of
// the survey only the share of 70 % is published.
const (
	surveyAnswers   = 500
	surveySatisfied = 350
	childrenUnder6  = 640
	ehealthRecords  = 9912 // 84 % of the residents
	illegalFound    = 46
	illegalRemoved  = 41
	rainReuse_m3    = 1200.0
)

// fillInventory gives features the attributes that a survey of the stock would
// bring, and adds the rooms that it lists. It draws no random number and comes
// last, so that everything else stays as it is drawn.
func (p *plan) fillInventory() {
	p.fillCommunity()
	p.fillBuildings()
	p.fillDevices()
	p.fillFacilities()
	p.drawRooms()
	p.fileEvidence()
}

func (p *plan) fillCommunity() {
	community := &p.features["communities"][0]
	for name, v := range map[string]any(attrs{
		"alarm_devices": lone60plus, "children_under6": childrenUnder6, "ehealth_records": ehealthRecords,
		"survey_answers": surveyAnswers, "survey_satisfied": surveySatisfied,
		"illegal_identified": illegalFound, "illegal_removed": illegalRemoved, "rain_reuse_m3": rainReuse_m3,
	}) {
		community.Set(name, v)
	}
	for i := range p.features["compounds"] {
		p.features["compounds"][i].Set("ebikes", true)
	}
}

// fillBuildings fills in what is known of the buildings of the community: the oldest
// were renewed, the newest have a model and panels on their roofs. Of those of
// unknown age it is known that they have no panels, and no more.
func (p *plan) fillBuildings() {
	place := p.features["communities"][0].Geometry
	for i := range p.features["buildings"] {
		f := &p.features["buildings"][i]
		centre, _ := geo.Centroid(f.Geometry)
		if !geo.Inside(place, centre) {
			continue
		}
		year, known := wholeNumber(f, "year")
		if known {
			f.Set("renewed", year < 2000)
			f.Set("bim", year >= 2009)
		}
		f.Set("pv_m2", panels_m2(year))
		if households, lived := wholeNumber(f, "households"); lived {
			fillDwelling(f, households)
		}
	}
}

func fillDwelling(f *geo.Feature, households int) {
	year, _ := wholeNumber(f, "year")
	f.Set("retrofitted", year < 2001)
	f.Set("clean_heating", true)
	f.Set("intercom", year >= 2000)
	f.Set("water_meters", households)
	f.Set("power_meters", households)
	gas := households
	if year < 1999 {
		gas = households * 3 / 4
	}
	f.Set("gas_meters", gas)
}

// panels_m2 is the photovoltaic area of a building by the year it was built, 0 where
// not known.
func panels_m2(year int) float64 {
	if year >= 2009 {
		return 120
	}
	return 0
}

func wholeNumber(f *geo.Feature, name string) (int, bool) {
	v, ok := f.Attributes[name].(int)
	return v, ok
}

// cellsOfLocker is how many parcels a locker holds at a time.
const cellsOfLocker = 84

func (p *plan) fillDevices() {
	for i := range p.features["devices"] {
		f := &p.features["devices"][i]
		if kind, _ := f.Text("kind"); kind == "locker" {
			f.Set("capacity", cellsOfLocker)
		}
	}
}

// fillFacilities tells which facilities take everybody in, which car park is run by
// a system, and where there are nursing beds.
func (p *plan) fillFacilities() {
	for i := range p.features["facilities"] {
		f := &p.features["facilities"][i]
		entrance, _ := f.Text("entrances")
		switch category, _ := f.Text("category"); {
		case category == "transport/parking":
			f.Set("smart", entrance == "e-ramp-brook")
		case category == "care/day_care":
			f.Set("nursing_beds", 12)
			f.Set("accessible", true)
		case entrance == centreDoor:
			f.Set("accessible", category != "education/nursery")
		}
	}
}

// drawRooms adds the rooms and grounds that the standards name by their use.
func (p *plan) drawRooms() {
	for _, r := range []room{
		{258, 193, "service/party_centre", "示范社区党群服务中心（党群活动厅）", 320, 120, "08:30-20:30", centreDoor},
		{270, 199, "service/meeting_room", "社区客厅（议事室）", 90, 40, "08:30-20:30", centreDoor},
		{286, 199, "education/community_school", "幸福学堂", 120, 60, "08:30-20:30", centreDoor},
		{-298, -206, "service/delivery", "松涛苑末端配送站", 60, 0, "07:00-22:00", "e-0191"},
		{-294, -209, "service/property_office", "松涛苑物业用房", 180, 0, "08:00-18:00", "e-0191"},
	} {
		a := attrs{"indoor": true, "foot": "yes", "area_m2": r.area_m2, "entrances": r.entrance, "accessible": r.entrance == centreDoor}
		if r.capacity > 0 {
			a["capacity"] = r.capacity
		}
		if r.opening != "" {
			a["opening"] = r.opening
		}
		p.facility(orb.Point{r.x, r.y}, r.category, r.name, a)
	}
	p.facility(rect(245, 140, 310, 178), "culture/plaza", "文体广场", attrs{"indoor": false, "foot": "yes", "area_m2": 2470.0, "opening": "00:00-24:00"})
	p.facility(orb.Point{-329.8, -179}, "transport/bicycle_parking", "松涛苑南区电动自行车棚", attrs{"indoor": false, "foot": "yes", "capacity": 120})
	p.facility(orb.Point{230.5, -202.6}, "transport/bicycle_parking", "清溪里电动自行车棚", attrs{"indoor": false, "foot": "yes", "capacity": 90})
}

// fileEvidence lists papers of the community: one that is complete, one without a
// date, and a waiver.
func (p *plan) fileEvidence() {
	for _, e := range []attrs{
		{"requirement": "22.2", "kind": "document", "title": "居民议事协商会记录", "file": "议事会记录.pdf", "date": "2024-06-20", "author": "示范社区居民委员会", "value": 2.0},
		{"requirement": "24.1", "kind": "document", "title": "智慧社区建设运营方案", "file": "建设运营方案.pdf", "author": "示范社区居民委员会"},
		{"requirement": "23.1", "kind": "waiver", "reason": "该项工作已并入日常公共卫生管理", "date": "2024-07-15", "author": "示范街道办事处"},
	} {
		p.add("evidence", p.next("paper", 2), nil, e.with(attrs{"standard": "shandong-smart-community", "community": communityID}))
	}
}
