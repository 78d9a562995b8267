package main

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Published figures: 109 public lamps, 85 of them smart.
const publishedLamps, publishedSmartLamps = 109, 85

// lampRow is a row of lamps along a line.
type lampRow struct {
	on     orb.LineString
	count  int
	left_m float64 // from the line, alternating where both is set
	both   bool
	smart  int // the first so many
}

func (p *plan) lampRows() []lampRow {
	north := p.site.north[0][1]
	ring := brookOval()
	x, y := brookAvenueX, brookAxisY
	return []lampRow{
		{line(orb.Point{pineAvenueX, pineSouth}, orb.Point{pineAvenueX, pineNorth}), 16, 4.4, true, 16},
		{line(orb.Point{pineWest, pineAxisY}, orb.Point{pineEast, pineAxisY}), 11, 3.9, false, 8},
		{p.laneMiddle(), 18, 7.2, true, 18},
		{line(orb.Point{40, 118}, orb.Point{xAt(p.site.east, 118) - 16, 118}), 10, -5.3, false, 10},
		{line(orb.Point{x, brookSouth}, ring[24]), 4, 4.6, true, 4},
		{line(ring[8], orb.Point{x, brookNorth}), 4, 4.2, true, 4},
		{line(orb.Point{brookWest, y}, ring[16]), 3, 3.9, false, 3},
		{line(ring[0], orb.Point{325, y}), 2, 3.9, false, 2},
		{ring, 10, -4.2, false, 10},
		{roundedRect(-326, -223, 22, 266, 9), 16, 3.6, false, 0},
		{line(orb.Point{246, 178}, orb.Point{246, 140}, orb.Point{292, 140}, orb.Point{302, 150}, orb.Point{302, 178}), 5, 0, false, 5},
		{line(orb.Point{-176, -12}, orb.Point{-60, -12}), 3, 0, false, 0},
		{line(orb.Point{-176, 27}, orb.Point{-92, 27}), 2, 0, false, 0},
		{line(orb.Point{76, 132}, orb.Point{78, 190}), 3, 0, false, 3},
		{line(orb.Point{pineAvenueX, -274}, orb.Point{pineAvenueX, pineSouth}), 1, 5.2, false, 1},
		{line(orb.Point{pineAvenueX, pineNorth}, orb.Point{pineAvenueX, north - 10}), 1, 4.6, false, 1},
	}
}

func (p *plan) drawDevices() {
	p.drawLamps()
	p.drawChargers()
	p.drawStreetThings()
}

func (p *plan) drawLamps() {
	total, smart := 0, 0
	for _, row := range p.lampRows() {
		step := lengthOf(row.on) / float64(row.count)
		for k := range row.count {
			left := row.left_m
			if row.both && k%2 == 1 {
				left = -left
			}
			total++
			a := attrs{"name": fmt.Sprintf("路灯%03d", total), "kind": "lamp", "smart": k < row.smart, "working": total%37 != 0}
			if k < row.smart {
				smart++
			}
			p.add("devices", fmt.Sprintf("lamp-%03d", total), beside(row.on, step*(float64(k)+0.5), left), a)
		}
	}
	if total != publishedLamps || smart != publishedSmartLamps {
		panic(fmt.Sprintf("%d lamps, %d of them smart", total, smart))
	}
}

// drawChargers draws what charges cars and e-bikes.
func (p *plan) drawChargers() {
	for _, shed := range []struct {
		name   string
		from   orb.Point
		to     orb.Point
		count  int
		street string
	}{
		{"松涛苑北区电动自行车棚充电桩", orb.Point{-50, 255.9}, orb.Point{-20, 255.9}, 4, ""},
		{"松涛苑南区电动自行车棚充电桩", orb.Point{-329.8, -196}, orb.Point{-329.8, -162}, 4, ""},
		{"清溪里电动自行车棚充电桩", orb.Point{225.5, -202.6}, orb.Point{235.5, -202.6}, 4, ""},
	} {
		for k := range shed.count {
			at, _ := along(line(shed.from, shed.to), lengthOf(line(shed.from, shed.to))*(float64(k)+0.5)/float64(shed.count))
			p.device("ebike_charger", fmt.Sprintf("%s%d", shed.name, k+1), at, attrs{"smart": true, "working": true})
		}
	}
	for k := range 5 {
		p.device("ev_charger", fmt.Sprintf("松涛苑停车位充电桩%d", k+1), orb.Point{-322.4, 180 + 9*float64(k)}, attrs{"smart": true, "working": k != 3})
	}
	for k := range 5 {
		p.device("ev_charger", fmt.Sprintf("清溪里停车位充电桩%d", k+1), orb.Point{329.5, -140 + 9*float64(k)}, attrs{"smart": true, "working": true})
	}
	p.device("swap_cabinet", "同心便民市场换电柜", orb.Point{30, -262}, attrs{"smart": true, "working": true})
	p.device("swap_cabinet", "清溪里南门换电柜", orb.Point{208, -236}, attrs{"smart": true, "working": true})
}

func (p *plan) device(kind, name string, at orb.Point, more attrs) {
	prefix := map[string]string{
		"ebike_charger": "ebike", "ev_charger": "ev", "swap_cabinet": "swap", "locker": "locker", "waste_bin": "bin",
		"water_dispenser": "water", "noise_monitor": "noise", "screen": "screen", "notice_board": "board", "bench": "bench", "defibrillator": "aed",
	}[kind]
	p.add("devices", p.next(prefix, 2), mm(at), attrs{"name": name, "kind": kind}.with(more))
}

// drawStreetThings draws lockers, bins, boards and what else stands in a
// community for everybody.
func (p *plan) drawStreetThings() {
	ok, smart := attrs{"smart": false, "working": true}, attrs{"smart": true, "working": true}
	for k, at := range []orb.Point{{-181, -228}, {-181, 262.3}, {-330, 13.5}, {59.4, -49}, {200.5, -227.5}, {200, 104.5}} {
		p.device("locker", []string{"松涛苑南门快递柜", "松涛苑北门快递柜", "松涛苑西门快递柜", "清溪里西门快递柜", "清溪里南门快递柜", "清溪里北门快递柜"}[k], at, smart)
	}
	bins := []orb.Point{
		{-8.5, 257}, {-258.9, -150}, {-50.4, -120}, {-244.9, 120}, {-64.4, 150}, {-119.9, -90}, {-119.9, 200}, {-322.5, 60},
		{62.6, 95}, {132.4, -150}, {257.6, -170}, {132.4, 40}, {257.6, 60},
	}
	for k, at := range bins {
		p.device("waste_bin", fmt.Sprintf("智能分类投放点%d", k+1), at, smart)
	}
	for k, at := range []orb.Point{{54, -270}, {-196, -270}, {300, 187}, {47.5, 160}, {260, -270}} {
		p.device("waste_bin", fmt.Sprintf("果皮箱%d", k+1), at, ok)
	}
	p.device("water_dispenser", "文体广场直饮水机", orb.Point{243, 185}, smart)
	p.device("water_dispenser", "松涛园直饮水机", orb.Point{-140, 14.5}, smart)
	p.device("water_dispenser", "清溪里花园直饮水机", orb.Point{176, -40}, attrs{"smart": true, "working": false})
	p.device("screen", "文体广场信息屏", orb.Point{240, 186}, smart)
	p.device("screen", "松涛苑南门信息屏", orb.Point{-192.5, -227}, smart)
	p.device("notice_board", "松涛苑公告栏", orb.Point{-192.5, 24}, ok)
	p.device("notice_board", "清溪里公告栏", orb.Point{200, -104.5}, ok)
	p.device("notice_board", "同心巷公告栏", orb.Point{33.4, 100}, ok)
	p.device("noise_monitor", "丰泽大街噪声监测点", orb.Point{40, -274}, smart)
	p.device("defibrillator", "党群服务中心自动除颤仪", orb.Point{266, 189}, smart)
	for k, at := range []orb.Point{{-150, -8}, {-96, -2}, {-108, 26}, {-152, 26}, {186, -36}, {204, -72}, {60, 150}, {72, 180}, {250, 150}, {250, 165}} {
		p.device("bench", fmt.Sprintf("座椅%d", k+1), at, attrs{"working": true})
	}
}
