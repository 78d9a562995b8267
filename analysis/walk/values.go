package walk

import (
	"fmt"
	"math"

	"github.com/paulmach/orb"

	"yiju/analysis"
	"yiju/geo"
	"yiju/geo/overlay"
)

// measure is one of the three ways to say "within".
type measure struct {
	key, zh, en string
	within      func(*reach) bool
}

// tally sums one attribute of buildings.
type tally struct {
	reached, all float64
	unknown      int // buildings that lack the attribute
	known        int
}

// values are the shares of the run, for every limit by time and, where the limit
// has a radius, by distance through the network and by straight line. The ids are
// <run>_<measure>_<limit>_<of>, such as walk_sport_time_15_households.
func (r *run) values() []analysis.Value {
	var out []analysis.Value
	for i, minutes := range r.p.MinutesCutoffs {
		limit := float64(r.limits[i]) + 0.5
		name := minutesName(minutes)
		out = append(out, r.shares(measure{
			"time_" + name, "步行" + name + "分钟内", "within " + name + " minutes on foot",
			func(b *reach) bool { return b.time <= limit },
		})...)
		if r.p.wants("land") {
			out = append(out, r.land("time_"+name, "步行"+name+"分钟内", "within "+name+" minutes on foot", r.areas[i]))
		}
	}
	for i, radius := range r.radii {
		name := minutesName(radius)
		out = append(out, r.shares(measure{
			"distance_" + name, "路网" + name + "米内", "within " + name + " m through the network",
			func(b *reach) bool { return b.length <= radius*1e6+0.5 },
		})...)
		if r.p.wants("land") {
			out = append(out, r.land("distance_"+name, "路网"+name+"米内", "within "+name+" m through the network", r.lengthAreas[i]))
		}
		out = append(out, r.shares(measure{
			"straight_" + name, "直线" + name + "米内", "within " + name + " m as the crow flies",
			func(b *reach) bool { return b.straight <= radius },
		})...)
		if r.p.wants("land") {
			out = append(out, r.straightLand(name, radius))
		}
	}
	return append(out, r.venueCountValue())
}

// shares are the shares of households, residents and buildings.
func (r *run) shares(m measure) []analysis.Value {
	var households, residents, buildings tally
	unknownUse := 0
	targets := r.n.allTargets()
	homes := r.n.houses.people()
	for i := range targets {
		got := &r.reached[i]
		h := &homes[targets[i].building]
		in := m.within(got)
		households.add(h.households, h.householdsTold, in, h.lived)
		residents.add(h.residents, h.residentsTold, in, h.lived)
		if h.lived {
			buildings.sum(1, in)
			if h.unused {
				unknownUse++
			}
		}
	}
	return []analysis.Value{
		r.share(m, "households", "户数", "households", &households),
		r.share(m, "residents", "居民", "residents", &residents),
		r.buildingShare(m, &buildings, unknownUse),
	}
}

func (t *tally) sum(v float64, in bool) {
	t.known++
	t.all += v
	if in {
		t.reached += v
	}
}

func (t *tally) add(v float64, told, in, lived bool) {
	if told {
		t.sum(v, in)
	} else if lived {
		t.unknown++
	}
}

func (r *run) share(m measure, of, zh, en string, t *tally) analysis.Value {
	v := analysis.Share(r.valueID(m.key, of), geo.T(m.zh+"可达设施的"+zh+"占比", "Share of "+en+" "+m.en+" of a venue"), of, t.reached, t.all)
	v.Layer = r.p.ID + "_buildings"
	if t.known == 0 {
		v.Value, v.Numerator, v.Denominator = nil, nil, nil
	}
	if t.unknown > 0 || t.known == 0 {
		v.Missing = append(v.Missing, geo.Tf("%[1]d 栋住宅或用途未知的建筑缺少%[2]s", "%[1]d buildings that may be lived in lack the number of %[3]s", t.unknown, zh, en))
	}
	return v
}

func (r *run) buildingShare(m measure, t *tally, unknownUse int) analysis.Value {
	v := analysis.Share(r.valueID(m.key, "buildings"), geo.T(m.zh+"可达设施的住宅建筑占比", "Share of residential buildings "+m.en+" of a venue"), "buildings", t.reached, t.all)
	v.Layer = r.p.ID + "_buildings"
	if unknownUse > 0 {
		v.Missing = append(v.Missing, geo.Tf("%d 栋建筑用途未知，按住宅计入", "the use of %d buildings is unknown; they are counted as residential", unknownUse))
	}
	return v
}

func (r *run) valueID(key, of string) string { return r.p.ID + "_" + key + "_" + of }

// land is the share of the community's land in an area.
func (r *run) land(key, zh, en string, area orb.MultiPolygon) analysis.Value {
	id := r.valueID(key, "land")
	title := geo.T(zh+"可达设施的用地占比", "Share of land "+en+" of a venue")
	var g orb.Geometry
	if len(area) > 0 {
		g = area
	}
	v := r.landShare(id, title, g)
	if key[:4] == "time" {
		v.Layer = r.p.ID + "_area_" + key[len("time_"):]
	}
	return v
}

func (r *run) landShare(id string, title geo.Text, area orb.Geometry) analysis.Value {
	community := r.n.scene.Community.Geometry
	if geo.Area(community) == 0 {
		return analysis.Value{ID: id, Title: title, Unit: "%", Of: "m²", Missing: []geo.Text{geo.T("没有社区范围", "there is no outline of the community")}}
	}
	inside, err := clip(area, community)
	if err != nil {
		r.err = fmt.Errorf("walk: area within the community: %w", err)
	}
	return analysis.Share(id, title, "m²", toMetres(geo.Area(inside)), toMetres(geo.Area(community)))
}

// clip cuts an area to the community, repairing what is not valid.
func clip(area, community orb.Geometry) (orb.Geometry, error) {
	if area == nil {
		return nil, nil
	}
	inside, err := overlay.Intersection(area, community)
	if err == nil {
		return inside, nil
	}
	if area, err = overlay.MakeValid(area); err != nil {
		return nil, err
	}
	if community, err = overlay.MakeValid(community); err != nil {
		return nil, err
	}
	return overlay.Intersection(area, community)
}

// straightLand is the share of land within a straight distance of venues.
func (r *run) straightLand(name string, radius float64) analysis.Value {
	var circles []orb.Geometry
	for _, i := range r.chosen {
		v := &r.n.venues[i]
		if v.why == venueNoPlace || v.why == venueClosed {
			continue
		}
		g := orb.Collection{v.shape}
		for _, p := range v.entrances {
			g = append(g, p)
		}
		circle, err := overlay.Buffer(g, radius, overlay.Round)
		if err == nil && circle != nil {
			circles = append(circles, circle)
		}
	}
	area, err := overlay.Union(circles...)
	if err != nil {
		r.err = fmt.Errorf("walk: union of circles: %w", err)
	}
	id := r.valueID("straight_"+name, "land")
	return r.landShare(id, geo.Tf("直线%s米内有设施的用地占比", "Share of land within %s m of a venue as the crow flies", name), area)
}

// venueCountValue counts the venues in the community, duplicates once.
func (r *run) venueCountValue() analysis.Value {
	community := r.n.scene.Community.Geometry
	count := 0.0
	for k, i := range r.chosen {
		v := &r.n.venues[i]
		c, ok := geo.Centroid(v.shape)
		if ok && r.twin[k] < 0 && v.why == "" && (community == nil || geo.Inside(community, c)) {
			count++
		}
	}
	return analysis.Value{
		ID: r.p.ID + "_venues", Title: geo.T("社区内可用设施数", "Usable venues in the community"),
		Value: &count, Unit: "", Layer: r.p.ID + "_venues",
	}
}

// What a run tells about its inputs.
var (
	noteNoVenue    = geo.T("没有所选类别的设施", "there is no venue of the categories asked for")
	noteUnjoined   = geo.T("设施无法接入路网，没有人能到达", "venues that do not join the network cannot be reached by anybody")
	noteFarVenue   = geo.T("设施离最近可用道路较远，请检查位置和坐标系（例如 GCJ-02 偏移）", "venues far from any way they can use; check their place and coordinate system (an offset of GCJ-02, for instance)")
	noteTwin       = geo.T("设施重复登记，计数时只算一次", "venues listed twice are counted once")
	noteIslandSnap = geo.T("建筑只能接入与主路网不连通的道路", "buildings that join only ways cut off from the main network")
	noteNoSnap     = geo.T("建筑无法接入路网", "buildings that do not join the network")
	noteFarSnap    = geo.T("建筑离最近可用道路较远", "buildings far from any way they can use")
	noteIslands    = geo.T("与主路网不连通的路网，见孤立路网图层", "parts of the network that are cut off from the main one; see the layer of islands")
	noteVenueOnIs  = geo.T("设施只接入与主路网不连通的道路", "venues that join only ways cut off from the main network")
)

// tell writes the notes of the run.
func (r *run) tell() {
	if len(r.chosen) == 0 {
		r.notes.Add("no_venues", noteNoVenue, "", "")
	}
	for k, i := range r.chosen {
		r.tellVenue(&r.n.venues[i], r.twin[k] >= 0)
	}
	targets := r.n.allTargets()
	for i := range targets {
		r.tellBuilding(&targets[i])
	}
	for c, l := range r.n.compLen {
		if r.n.rank[c] > 0 && l > 0 {
			r.notes.Count("islands", noteIslands, "")
		}
	}
	r.tellMargin()
}

func (r *run) tellVenue(v *venue, twin bool) {
	if twin {
		r.notes.Add("duplicate_venues", noteTwin, "", v.id)
	}
	if v.why != "" {
		r.notes.Add("unreachable_venues", noteUnjoined, "", v.id)
		return
	}
	nearest, main := math.Inf(1), false
	for _, a := range v.access {
		nearest = min(nearest, a.off_m)
		main = main || r.n.rank[r.n.comp[a.node]] == 0
	}
	if nearest > r.n.profile.Snap.FarM {
		r.notes.Add("far_venues", noteFarVenue, "", v.id)
	}
	if !main {
		r.notes.Add("venues_on_islands", noteVenueOnIs, "", v.id)
	}
}

func (r *run) tellBuilding(t *target) {
	id := r.n.houses.features[t.building].ID
	if len(t.doors) == 0 {
		r.notes.Add("buildings_not_joined", noteNoSnap, "", id)
		return
	}
	nearest, main := math.Inf(1), false
	for _, d := range t.doors {
		nearest = min(nearest, d.off_m)
		main = main || r.n.rank[d.comp] == 0
	}
	if nearest > r.n.profile.Snap.FarM {
		r.notes.Add("far_buildings", noteFarSnap, "", id)
	}
	if !main {
		r.notes.Add("buildings_on_islands", noteIslandSnap, "", id)
	}
}

// tellMargin says when the ways end before the greatest limit does: walks that
// leave the data and come back are then missing.
func (r *run) tellMargin() {
	margin, known := r.n.BeyondM()
	need := r.p.MarginM() - r.n.profile.Snap.MaxM
	if known && margin < need {
		r.notes.Add("clipped", geo.Tf(
			"路网只超出社区 %.0f 米，最大分钟数需要 %.0f 米：边缘的可达性会偏低",
			"the ways reach only %.0f m beyond the community, the greatest limit needs %.0f m: reach near the edge comes out too low", max(margin, 0), need), "", "")
	}
}
