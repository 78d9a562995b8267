package metric

import (
	"math"

	"yiju/analysis"
	"yiju/analysis/indicator"
	"yiju/analysis/walk"
	"yiju/geo"
)

// wheelchair is the profile of walking that step-free routes are judged by.
const wheelchair = "wheelchair"

func stepfreeMetrics() []Metric {
	source := yantai(20, "友好出行", "barrier-free travel")
	return []Metric{{
		ID: "stepfree.path_share", Title: geo.T("无台阶步道长度占比", "Share of walkways without steps"),
		Definition: geo.T("没有台阶、未注明轮椅不可行、已知坡度不超过轮椅方案上限的步道长度 ÷ 社区内步道长度",
			"length of walkways that have no steps, are not closed to wheelchairs, and of which the incline, where told, is within that of the wheelchair profile ÷ length of the walkways in the community"),
		Source: source, Unit: "%", Of: "m", Layers: []string{"communities", "ways"}, Spatial: true,
		measure: onGround(stepfreePaths),
	}, {
		ID: "stepfree.door_share", Title: geo.T("无障碍可达楼门占比", "Share of doors that a wheelchair gets to"),
		Definition: geo.T("无台阶且轮椅可从主路网到达的住宅楼门数 ÷ 社区住宅楼门数（entrances 的 building_door）",
			"doors of residential buildings that are step-free and that a wheelchair reaches from the main network ÷ all of them (building_door of layer entrances)"),
		Source: source, Unit: "%", Of: "doors", Spatial: true,
		Layers:  []string{"barriers", "buildings", "communities", "compounds", "crossings", "entrances", "terrain", "ways"},
		margin:  func(indicator.Params) float64 { return aroundM },
		measure: onGround(stepfreeDoors),
	}}
}

// obstacle says what keeps a wheelchair off a way; empty where nothing is known to.
func obstacle(f *geo.Feature, maxInclinePct float64) string {
	chair, _ := f.Text("wheelchair")
	steps, _ := f.Number("step_count")
	incline, _ := f.Number("incline_pct")
	switch {
	case chair == "no":
		return "closed"
	case chair == "yes":
		return ""
	case wayClass(f) == "steps" || steps > 0:
		return "steps"
	case maxInclinePct > 0 && math.Abs(incline) > maxInclinePct:
		return "steep"
	}
	return ""
}

func stepfreePaths(in *Input, _ indicator.Params, g *ground) (indicator.Measure, error) {
	pieces, any := g.ways(in, func(f *geo.Feature) bool { return isWalkway(f) || wayClass(f) == "" && !closedOnFoot(f) })
	if !any {
		return noWays(), nil
	}
	network, err := in.Network(wheelchair)
	if err != nil {
		return unwalkable(err)
	}
	profile := network.Profile()
	c, lack := newCounter("ways"), lackingOnce{lacking: lacking{layer: "ways"}}
	s := newSheet("stepfree.path_share", "步道障碍", "Obstacles on walkways", geo.Line,
		stateField(analysis.CodeOf("free", "无已知障碍", "No known obstacle"), analysis.CodeOf("steps", "台阶", "Steps"),
			analysis.CodeOf("steep", "过陡", "Too steep"), analysis.CodeOf("closed", "轮椅不可行", "Closed to wheelchairs")),
		wayField(), lengthField())
	flat := 0.0
	for i := range pieces {
		w := &pieces[i]
		why := obstacle(w.way, profile.Slope.MaxGradientPct)
		if wayClass(w.way) == "" {
			c.maybe(w.way.ID, w.length(), why == "", true)
			lack.note(w.way, classField)
			continue
		}
		c.add(w.way.ID, w.length(), why == "", true)
		if _, told := w.way.Number("incline_pct"); !told && why == "" {
			flat += w.length()
		}
		state := "free"
		if why != "" {
			state = why
		}
		for _, x := range w.in {
			s.part(w.way.ID, w.track.piece(x), "state", state, "way", w.way.ID, "length_m", hundredths(x.to-x.from))
		}
	}
	m := lengthShare(c)
	lack.tell(&m)
	m.Drawn, m.Layers = s.done(), []string{drawnName("stepfree.path_share"), "ways"}
	if flat > 0 {
		m.Notes = append(m.Notes, geo.Tf("其中 %.0f 米步道坡度未填，按无障碍计", "the incline of %.0f m of walkways is not told; they count as free", flat))
	}
	return m, nil
}

// Why a wheelchair does not get to a door, besides the reasons of the network.
var doorStates = []geo.Code{
	analysis.CodeOf("reached", "可达", "Reached"),
	analysis.CodeOf("unknown", "是否有台阶未知", "Steps not known"),
	analysis.CodeOf("steps", "有台阶", "Steps"),
	analysis.CodeOf("no_way", "附近没有轮椅可行的道路", "No way for a wheelchair nearby"),
	analysis.CodeOf("blocked", "被围墙隔开", "Behind walls"),
	analysis.CodeOf("island", "与主路网不连通", "Cut off from the main network"),
}

var stepFreeField = field{"step_free", "无台阶", "whether they are step-free"}

func stepfreeDoors(in *Input, _ indicator.Params, _ *ground) (indicator.Measure, error) {
	var m indicator.Measure
	doors := 0
	for _, f := range in.inside("entrances") {
		if kind, _ := f.Text("kind"); kind == "building_door" {
			doors++
		}
	}
	if doors == 0 {
		absent(&m, "entrances", "楼门", "doors of buildings")
		return m, nil
	}
	network, err := in.Network(wheelchair)
	if err != nil {
		return unwalkable(err)
	}
	d := doorCount{counter: newCounter("entrances")}
	d.lack.layer, d.uses.layer = "entrances", "buildings"
	d.sheet = newSheet("stepfree.door_share", "楼门无障碍", "Doors for wheelchairs", geo.Point,
		stateField(doorStates...), analysis.TextField("building", "建筑标识", "Building (id)"))
	for _, e := range network.Entries() {
		d.add(&e)
	}
	m = d.counter.share()
	d.lack.tell(&m)
	d.uses.tell(&m)
	if d.attached == 0 {
		m.Missing = append(m.Missing, geo.Tf("%d 个楼门没有对应到建筑", "%d doors belong to no building", doors))
		m.Collect = append(m.Collect, geo.T("把楼门画在建筑轮廓上，或填写所属建筑（of）", "draw doors on the outline of their building, or name it (of)"))
	}
	if d.doorless > 0 {
		m.Notes = append(m.Notes, geo.Tf("%d 栋可能住人的建筑未画楼门，未计入", "%d buildings that may be lived in have no door drawn and do not count", d.doorless))
	}
	m.Drawn, m.Layers = d.sheet.done(), []string{drawnName("stepfree.door_share"), "entrances"}
	return m, nil
}

// doorCount counts the doors of buildings that may be lived in.
type doorCount struct {
	counter    *counter
	lack, uses lackingOnce
	sheet      *sheet
	attached   int // doors that belong to some building
	doorless   int // buildings without a door
}

func (d *doorCount) add(e *walk.Entry) {
	home := livedIn(e.Building)
	if e.Entrance == nil {
		if home {
			d.doorless++
		}
		return
	}
	if kind, _ := e.Entrance.Text("kind"); kind != "building_door" {
		return
	}
	if d.attached++; !home {
		return
	}
	state := doorState(e)
	if state == "unknown" {
		d.lack.note(e.Entrance, stepFreeField)
	}
	is, known := state == "reached", state != "unknown"
	if _, told := textOf(e.Building, "use"); told {
		d.counter.add(e.Entrance.ID, 1, is, known)
	} else {
		d.uses.note(e.Building, useField)
		d.counter.maybe(e.Entrance.ID, 1, is, known)
	}
	d.sheet.put(e.Entrance.ID, e.Entrance.Geometry, "state", state, "building", e.Building.ID)
}

// doorState says whether a wheelchair gets through a door, and why not.
func doorState(e *walk.Entry) string {
	free, told := e.Entrance.Bool("step_free")
	switch {
	case !e.Main:
		return e.Reason
	case !told:
		return "unknown"
	case !free:
		return "steps"
	}
	return "reached"
}

var useField = field{"use", "用途", "the use"}
