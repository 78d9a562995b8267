package main

import (
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// facility adds a facility. Its category is one of data/standards.
func (p *plan) facility(g orb.Geometry, category, name string, more attrs) {
	p.add("facilities", p.next("f", 3), g, attrs{"category": category, "name": name}.with(more))
}

// room is a facility in a building, reached by one of the building's entrances.
type room struct {
	x, y           float64
	category, name string
	area_m2        float64
	capacity       int
	opening        string
	entrance       string
}

const (
	centreDoor  = "e-0301"
	canteenDoor = "e-0408"
	stationDoor = "e-0406"
)

// rooms lists what is under a roof in the community.
func rooms() []room {
	return []room{
		{252, 196, "service/service_centre", "示范社区党群服务中心（一站式服务大厅）", 860, 0, "08:30-17:30", centreDoor},
		{260, 199, "service/police", "社区警务室", 40, 0, "00:00-24:00", centreDoor},
		{266, 194, "culture/community_centre", "社区文化活动室", 220, 80, "08:30-20:30", centreDoor},
		{276, 197, "service/reading_room", "社区共享图书角", 60, 24, "08:30-20:30", centreDoor},
		{282, 193, "service/reading_room", "智能共享图书柜", 4, 0, "00:00-24:00", centreDoor},
		{290, 200, "care/social", "助残服务站", 36, 0, "08:30-17:30", centreDoor},
		{160, -258, "care/canteen", "幸福食堂", 260, 120, "06:30-18:30", canteenDoor},
		{172, -254, "care/day_care", "社区日间照料中心", 360, 40, "08:00-18:00", canteenDoor},
		{76, -258, "health/station", "示范社区卫生服务站", 420, 0, "08:00-20:00", stationDoor},
		{-8, -254, "commerce/market", "同心便民市场", 1800, 0, "05:30-19:30", "e-0405"},
		{-140, -258, "commerce/shop", "松涛文具五金店", 140, 0, "08:00-21:00", "e-0403"},
		{312, -256, "commerce/bank", "社区银行网点", 160, 0, "09:00-17:00", "e-0410"},
		{-302, -209, "service/post", "松涛苑物业快递驿站", 45, 0, "08:00-21:00", "e-0191"},
		{-1, 252, "service/recycling", "松涛苑再生资源回收点", 40, 0, "", "e-0193"},
		{59.7, 95, "service/recycling", "清溪里再生资源回收点", 30, 0, "", "e-0293"},
		{314, 201, "service/toilets", "广场公共卫生间", 96, 0, "00:00-24:00", "e-0302"},
	}
}

// shopFloors are the tenants of the row of shops: the building, which of its doors,
// and what is sold.
func shopFloors() []struct {
	building       string
	door           int
	category, name string
	area_m2        float64
} {
	return []struct {
		building       string
		door           int
		category, name string
		area_m2        float64
	}{
		{"b-0401", 0, "commerce/convenience", "望岳便利店", 90}, {"b-0401", 1, "commerce/pharmacy", "仁心大药房", 110}, {"b-0401", 2, "commerce/breakfast", "泰和早点铺", 60},
		{"b-0402", 0, "commerce/hairdresser", "阿美理发店", 45}, {"b-0402", 1, "commerce/laundry", "洁净洗衣店", 50}, {"b-0402", 2, "commerce/food", "泉水豆腐馆", 120},
		{"b-0403", 1, "commerce/repair", "便民修理铺", 24}, {"b-0403", 2, "commerce/supermarket", "丰泽惠民超市", 460},
		{"b-0404", 0, "commerce/fresh_food", "鲜生活果蔬店", 80}, {"b-0404", 1, "commerce/food", "家常菜馆", 150},
		{"b-0407", 0, "commerce/pharmacy", "康宁药店", 95}, {"b-0407", 1, "commerce/breakfast", "清溪包子铺", 55},
		{"b-0409", 0, "commerce/convenience", "清溪便利店", 85}, {"b-0409", 1, "sport/fitness_centre", "活力健身房", 320},
	}
}

// drawFacilities adds the facilities of the community and of the streets around.
func (p *plan) drawFacilities() {
	for _, r := range rooms() {
		a := attrs{"indoor": true, "foot": "yes", "area_m2": r.area_m2, "entrances": r.entrance}
		if r.capacity > 0 {
			a["capacity"] = r.capacity
		}
		if r.opening != "" {
			a["opening"] = r.opening
		}
		p.facility(orb.Point{r.x, r.y}, r.category, r.name, a)
	}
	for _, s := range shopFloors() {
		for _, f := range frontage() {
			if f.id != s.building {
				continue
			}
			x := f.x0 + (f.x1-f.x0)/float64(f.doors)*(float64(s.door)+0.5)
			p.facility(mm(orb.Point{x, -262}), s.category, s.name, attrs{"indoor": true, "foot": "yes", "area_m2": s.area_m2, "opening": "07:00-21:30"})
		}
	}
	p.drawGrounds()
	p.drawSchools()
	p.drawStreetside()
}

// drawGrounds adds what lies in the open: courts, fitness places, the shelter.
func (p *plan) drawGrounds() {
	open := func(g orb.Polygon, category, name, opening string) {
		p.facility(g, category, name, attrs{"indoor": false, "foot": "yes", "area_m2": math.Round(geo.Area(g)), "opening": opening})
	}
	open(rect(311, 144, 339, 159), "sport/court", "文体广场篮球场", "06:00-21:30")
	open(rect(311, 164, 339, 180), "sport/court", "文体广场乒乓球羽毛球场", "06:00-21:30")
	open(rect(231, 142, 241, 172), "sport/fitness_station", "文体广场健身点", "00:00-24:00")
	open(rect(326, 198, 346, 210), "sport/playground", "文体广场儿童乐园", "06:00-21:30")
	p.facility(orb.Point{274, 160}, "shelter/assembly", "文体广场应急避难场所", attrs{"indoor": false, "foot": "yes", "area_m2": 2900.0, "capacity": 1900})
	centre := orb.Point{brookAvenueX, brookAxisY}
	p.facility(centre, "sport/fitness_station", "清溪里健身点（居民专用）", attrs{"indoor": false, "foot": "yes", "area_m2": 180.0})
	p.facility(orb.Point{243, -212}, "transport/parking", "清溪里地下车库", attrs{"indoor": true, "foot": "private", "capacity": 310, "entrances": "e-ramp-brook"})
	p.facility(orb.Point{-77, 30}, "transport/parking", "松涛苑地下车库", attrs{"indoor": true, "foot": "private", "capacity": 420, "entrances": "e-ramp-pine-a e-ramp-pine-b"})
}

func (p *plan) drawSchools() {
	track := area(trackRing(orb.Point{150, 238}, 46, 21))
	p.facility(track, "sport/pitch", "示范实验小学操场", attrs{"indoor": false, "foot": "private", "area_m2": math.Round(geo.Area(track)), "opening": "校内使用"})
	p.facility(orb.Point{144, 152}, "education/primary", "示范实验小学", attrs{"indoor": true, "foot": "yes", "capacity": 1080, "entrances": "e-school-gate"})
	p.facility(orb.Point{290, 254}, "education/kindergarten", "示范幼儿园", attrs{"indoor": true, "foot": "yes", "capacity": 270, "area_m2": 2400.0, "entrances": "e-kinder-gate"})
	p.facility(orb.Point{290, 197}, "education/nursery", "社区托育点", attrs{"indoor": true, "foot": "yes", "capacity": 40, "area_m2": 210.0, "entrances": centreDoor})
}

// drawStreetside places the bus stops of the streets around the community.
func (p *plan) drawStreetside() {
	s := &p.site
	stop := func(name string, l orb.LineString, at, left float64) {
		p.facility(beside(l, at, left), "transport/bus_stop", name, attrs{"indoor": false, "foot": "yes"})
	}
	stop("松涛苑站（北侧）", s.south, 130, 14.2)
	stop("松涛苑站（南侧）", s.south, 190, -14.2)
	stop("清溪里站（北侧）", s.south, 610, 14.2)
	stop("清溪里站（南侧）", s.south, 560, -14.2)
	stop("望岳路中站（西侧）", s.west, 250, 9.6)
	stop("望岳路中站（东侧）", s.west, 330, -9.6)
	stop("示范小学站", s.north, 470, -6.6)
	p.drawNeighbours()
}

// drawNeighbours places facilities along the streets further away.
func (p *plan) drawNeighbours() {
	s := &p.site
	g := s.grid
	for _, f := range []struct {
		l              orb.LineString
		at, left       float64
		category, name string
		area_m2        float64
	}{
		{g.up[westOf][southOf], 180, 22, "rescue/fire_station", "望岳路消防救援站", 1500},
		{g.right[westOf][southOf], 150, 27, "sport/court", "丰泽大街口袋球场", 430},
		{g.right[westOf][northOf], 180, -19, "commerce/pharmacy", "安和大药房", 100},
		{g.right[westOf][northOf], 250, 19, "commerce/convenience", "安和便利店", 80},
		{g.right[eastOf][northOf+1], 300, -20, "commerce/supermarket", "文启生活超市", 900},
		{g.right[eastOf][northOf+1], 470, -20, "health/clinic", "文启门诊部", 380},
		{g.up[westOf][northOf+1], 220, 21, "education/kindergarten", "文启幼儿园", 2300},
		{g.up[westOf][northOf+1], 300, -21, "care/nursing", "安和养老院", 3200},
		{g.right[eastOf+1][southOf], 300, 28, "commerce/market", "溪东市场", 1600},
		{g.right[eastOf+1][northOf], 250, -19, "sport/hall", "溪北羽毛球馆", 900},
		{g.right[westOf-1][southOf], 200, 28, "commerce/mall", "柏年商场", 5200},
		{g.right[westOf-1][northOf], 200, -19, "education/primary", "柏年小学", 9000},
		{g.up[westOf-1][northOf], 260, -19, "sport/fitness_station", "柏年路健身点", 200},
		{g.up[westOf-1][southOf], 200, 19, "health/station", "柏年卫生服务站", 300},
		{g.up[eastOf+1][northOf], 200, 19, "service/service_centre", "溪东社区服务中心", 700},
		{g.up[eastOf+1][northOf+1], 180, -19, "sport/fitness_station", "石泉北里健身点", 220},
		{g.right[eastOf][southOf-1], 340, 20, "sport/fitness_station", "康宁街健身点", 240},
		{g.up[eastOf][southOf], 200, -24, "commerce/food", "溪畔餐厅", 240},
		{g.right[eastOf][southOf-1], 120, -20, "culture/library", "康宁图书分馆", 800},
	} {
		p.facility(beside(f.l, f.at, f.left), f.category, f.name, attrs{"area_m2": f.area_m2})
	}
}
