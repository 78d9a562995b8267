package main

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/crs"
)

// The published rates of row 4 of the acceptance table are 96 % networked, 80 %
// working, 85 % on the platform and 95 % with correct records; a hundred cameras
// is the least number that has all four.
const (
	cameraCount      = 100
	camerasBroken    = 20
	camerasOffline   = 4 // of the broken ones
	camerasStillSeen = 5 // broken (housing, lens), yet giving a picture
	recordFaults     = 5 // one of each kind
	codePrefix       = "3709020001"
	poleHeight_m     = 4.5
	wallHeight_m     = 3.4
	aimHeight_m      = 1.5 // what a camera is aimed at
)

// lens is what a kind of camera sees with.
type lens struct {
	kind             string
	hfov_deg         float64
	pixelsW, pixelsH int
	range_m          float64
}

// lenses are the kinds of cameras in use, by what they are used for.
func lenses() map[string]lens {
	return map[string]lens{
		"gate":     {"fixed", 78, 2560, 1440, 25},
		"road":     {"fixed", 58, 2560, 1440, 60},
		"door":     {"dome", 92, 2560, 1440, 25},
		"square":   {"ptz", 60, 2560, 1440, 120},
		"panorama": {"panoramic", 180, 4096, 1800, 40},
	}
}

// cameraPlan is a camera before it gets its number.
type cameraPlan struct {
	name     string
	at, aim  orb.Point
	lens     lens
	height_m float64
	guard    bool // guards a gate or a garage, so is kept working
	broken   bool
}

func (p *plan) drawCameras() {
	list := p.cameraPlans()
	if len(list) != cameraCount {
		panic(fmt.Sprintf("%d cameras are drawn", len(list)))
	}
	broken, faulty := p.chooseFaults(list)
	seen, offline := 0, 0
	for i, c := range list {
		working := !broken[i]
		networked, onPlatform := true, true
		if !working {
			onPlatform = seen < camerasStillSeen
			if onPlatform {
				seen++
			} else if offline < camerasOffline {
				networked = false
				offline++
			}
		}
		f := p.addCamera(i, c)
		f.Set("working", working)
		f.Set("networked", networked)
		f.Set("on_platform", onPlatform)
		if k, ok := faulty[i]; ok {
			spoilRecord(f, k)
		}
	}
}

// chooseFaults picks the cameras that do not work, and those whose records are
// wrong, among cameras that guard nothing.
func (p *plan) chooseFaults(list []cameraPlan) (broken map[int]bool, faulty map[int]int) {
	broken, faulty = make(map[int]bool), make(map[int]int)
	for i, c := range list {
		if c.broken {
			broken[i] = true
		}
	}
	for len(broken) < camerasBroken {
		if i := p.rng.IntN(len(list)); !list[i].guard {
			broken[i] = true
		}
	}
	for k := 0; k < recordFaults; {
		i := p.rng.IntN(len(list))
		if _, taken := faulty[i]; !taken && !list[i].guard && !broken[i] {
			faulty[i] = k
			k++
		}
	}
	return broken, faulty
}

func (p *plan) addCamera(i int, c cameraPlan) *geo.Feature {
	// 132 is a network camera, 131 an older one behind an encoder.
	kind := "132"
	if c.lens.kind == "dome" {
		kind = "131"
	}
	vfov := 2 * math.Atan(math.Tan(c.lens.hfov_deg*math.Pi/360)*float64(c.lens.pixelsH)/float64(c.lens.pixelsW)) * 180 / math.Pi
	if c.lens.hfov_deg >= 180 {
		vfov = 80
	}
	tilt := math.Atan((c.height_m-aimHeight_m)/geo.Distance(c.at, c.aim)) * 180 / math.Pi
	return p.add("cameras", fmt.Sprintf("cam-%03d", i+1), mm(c.at), attrs{
		"code": fmt.Sprintf("%s%s0%06d", codePrefix, kind, i+1), "name": c.name, "adcode": adcode, "kind": c.lens.kind,
		"height_m": c.height_m, "azimuth_deg": bearing(c.at, c.aim), "tilt_deg": round(tilt, 10), "hfov_deg": c.lens.hfov_deg,
		"vfov_deg": round(vfov, 10), "pixels_w": c.lens.pixelsW, "pixels_h": c.lens.pixelsH, "range_m": c.lens.range_m,
	})
}

// misplaced marks a camera that was registered with the coordinates of a web map.
const misplaced = "registered position is GCJ-02"

// spoilRecord makes the k-th kind of wrong record.
func spoilRecord(f *geo.Feature, k int) {
	switch k {
	case 0: // two digits are missing
		code, _ := f.Text("code")
		f.Attributes["code"] = code[:18]
	case 1: // the type of a server, not of a camera
		code, _ := f.Text("code")
		f.Attributes["code"] = code[:10] + "200" + code[13:]
	case 2:
		f.Set("name", nil)
	case 3: // the neighbouring district
		f.Attributes["adcode"] = "370911"
	case 4:
		f.Quality = append(f.Quality, misplaced)
	}
}

// registerCameras notes the position of placed cameras as it was registered.
func registerCameras(features []geo.Feature) {
	for i := range features {
		f := &features[i]
		at := f.Geometry.(orb.Point)
		if len(f.Quality) > 0 && f.Quality[0] == misplaced {
			at = crs.ToGCJ02(at)
			f.Quality = nil
		}
		f.Set("lon", round(at[0], 1e6))
		f.Set("lat", round(at[1], 1e6))
	}
}

// roadCameras stand beside a line at even distances and look along it.
func roadCameras(name string, on orb.LineString, count int, left_m float64) []cameraPlan {
	var out []cameraPlan
	step := lengthOf(on) / float64(count)
	for k := range count {
		from := step * (float64(k) + 0.2)
		aim, _ := along(on, math.Min(from+18, lengthOf(on)))
		side := left_m
		if k%2 == 1 {
			side = -left_m
		}
		out = append(out, cameraPlan{
			name: fmt.Sprintf("%s%02d", name, k+1), at: beside(on, from, side), aim: aim, lens: lenses()["road"], height_m: poleHeight_m + 1,
		})
	}
	return out
}

func (p *plan) cameraPlans() []cameraPlan {
	out := p.guardCameras()
	ring := brookOval()
	x, y := brookAvenueX, brookAxisY
	rows := []struct {
		name  string
		on    orb.LineString
		count int
		left  float64
	}{
		{"松涛大道", line(orb.Point{pineAvenueX, -215}, orb.Point{pineAvenueX, 255}), 12, 4.6},
		{"松涛中路", line(orb.Point{-328, pineAxisY}, orb.Point{22, pineAxisY}), 8, 4.1},
		{"松涛环路", roundedRect(-326, -223, 22, 266, 9), 14, 3.8},
		{"松涛苑消防通道", line(orb.Point{-256.25, -215}, orb.Point{-256.25, 12}), 2, 3},
		{"松涛苑东侧消防通道", line(orb.Point{-47.75, -215}, orb.Point{-47.75, 12}), 2, 3},
		{"清溪里中路南段", line(orb.Point{x, -222}, ring[24]), 3, 4.8},
		{"清溪里中路北段", line(ring[8], orb.Point{x, 104}), 3, 4.4},
		{"清溪里横路", line(orb.Point{62, y}, ring[16]), 2, 3.4},
		{"清溪里中心环路", ring, 4, -4.4},
		{"清溪里环路", roundedRect(66, -223, 325, 99, 9), 10, 3.8},
		{"同心巷", p.laneMiddle(), 10, 7.4},
		{"育才街", line(orb.Point{46, 118}, orb.Point{340, 118}), 6, 5.6},
	}
	for _, r := range rows {
		out = append(out, roadCameras(r.name, r.on, r.count, r.left)...)
	}
	return append(out, p.placeCameras()...)
}

// guardCameras look at the open gates, from inside and from outside, and at the
// garages; the one at the southern garage of Pine Court is broken, and the locked
// gate has none.
func (p *plan) guardCameras() []cameraPlan {
	var out []cameraPlan
	centre := map[string]orb.Point{"pine": {pineAvenueX, pineAxisY}, "broo": {brookAvenueX, brookAxisY}}
	for _, g := range append(pineGates(), brookGates()...) {
		if g.locked {
			continue
		}
		in := centre[g.id[:4]]
		l := geo.Distance(g.at, in)
		ux, uy := (in[0]-g.at[0])/l, (in[1]-g.at[1])/l
		for k, side := range []float64{9, -9} {
			at := orb.Point{g.at[0] + side*ux - 4.6*uy, g.at[1] + side*uy + 4.6*ux}
			out = append(out, cameraPlan{
				name: g.name + []string{"内侧", "外侧"}[k], at: at, aim: g.at, lens: lenses()["gate"], height_m: wallHeight_m, guard: true,
			})
		}
	}
	garage := func(name string, mouth orb.Point, dx float64, broken bool) {
		out = append(out, cameraPlan{
			name: name, at: orb.Point{mouth[0] + dx, mouth[1] - 3.6}, aim: mouth, lens: lenses()["gate"], height_m: wallHeight_m, guard: true, broken: broken,
		})
	}
	garage("松涛苑地下车库1号出入口东", orb.Point{-77, 24}, 6, false)
	garage("松涛苑地下车库1号出入口西", orb.Point{-77, 24}, -6, false)
	garage("松涛苑地下车库2号出入口", orb.Point{-277, -216}, 6, true)
	garage("清溪里地下车库出入口", orb.Point{243, -216}, 6, false)
	return out
}

// placeCameras stand in public places.
func (p *plan) placeCameras() []cameraPlan {
	at := func(name string, x, y, aimX, aimY float64, use string, height float64) cameraPlan {
		return cameraPlan{name: name, at: orb.Point{x, y}, aim: orb.Point{aimX, aimY}, lens: lenses()[use], height_m: height}
	}
	return []cameraPlan{
		at("文体广场球机", 242, 187, 274, 158, "square", 8),
		at("文体广场全景", 304, 189, 276, 160, "panorama", 6),
		at("文体广场球场", 345, 152, 325, 160, "road", poleHeight_m),
		at("示范实验小学南门", 118, 125, 112, 128, "door", wallHeight_m),
		at("示范幼儿园东门", 350, 247, 346, 240, "door", wallHeight_m),
		at("同心便民市场东门", 30, -268, 10, -270, "door", wallHeight_m),
		at("同心便民市场西门", -49, -268, -26, -270, "door", wallHeight_m),
		at("同心口袋公园", 84, 160, 66, 150, "door", poleHeight_m),
	}
}
