package radio

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"

	"yiju/analysis/radio/link"
	"yiju/geo"
)

func TestOneHouse(t *testing.T) {
	town := newTown(200)
	town.build(rectangle(90, 90, 110, 110), 20)
	town.cell(orb.Point{10, 100}, 15, 90)
	m := town.model(t, Params{Thresholds: Thresholds{RSRPdBm: -80}})
	px := all(t, m.Grid(), m.Tiles)
	at := func(x, y float64) int { return int(y/2)*px.grid.Cols + int(x/2) }
	if !px.free[at(50, 101)] || px.free[at(150, 101)] || !px.free[at(150, 171)] {
		t.Error("free where it should not be, or the reverse")
	}
	if px.kind[at(100, 101)] != Indoor || !px.free[at(100, 101)] || px.kind[at(80, 80)] != Outdoor {
		t.Error("kinds")
	}
	if !(px.rsrp[at(150, 101)] < px.rsrp[at(150, 171)]) {
		t.Error("no loss behind the house")
	}
}

// The terms of a link, worked out by hand.
func TestLinkByHand(t *testing.T) {
	town := newTown(400)
	house := town.build(rectangle(200, 90, 220, 110), 20, "name", "一号楼")
	for i := range 3 { // low roofs around: the antenna is above their median
		town.build(rectangle(10, float64(200+30*i), 20, float64(210+30*i)), 6)
	}
	town.cell(orb.Point{10, 100}, 25, 90, "tilt_deg", 0.0)
	town.cell(orb.Point{10, 100}, 25, 270)
	m := town.model(t, Params{Thresholds: Thresholds{RSRPdBm: -90}})

	l := m.Link(0, orb.Point{310, 100})
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) < 1e-3) {
			t.Errorf("%s: %.4f, want %.4f", what, got, want)
		}
	}
	d3 := math.Hypot(300, 23.5)
	below := math.Atan2(23.5, 300) * 180 / math.Pi
	near("distance", l.Distance3DM, d3)
	near("below the horizon", l.BelowHorizonDeg, below)
	near("off azimuth", l.OffAzimuthDeg, 0)
	near("EPRE", l.EPREdBm, 17.8567)
	near("gain", l.GainDBi, 17.5-12*(below/9)*(below/9))
	near("loss", l.PathLossDB, 13.54+39.08*math.Log10(d3)+20*math.Log10(3.5))
	near("level", l.RSRPdBm, l.EPREdBm+l.GainDBi-l.PathLossDB)
	near("σ", l.SigmaDB, 6)
	near("chance", l.Probability, link.Q((-90-l.RSRPdBm)/6))
	other := m.Link(1, orb.Point{310, 100})
	noise := link.NoiseDBm(30, 9)
	near("SINR", l.SINRdB, l.RSRPdBm-10*math.Log10(milliwatts(other.RSRPdBm)+milliwatts(noise)))
	near("behind", math.Abs(other.OffAzimuthDeg), 180)
	if l.Path != NLOS || l.Scenario != "UMa" || l.Indoor {
		t.Errorf("%+v", l)
	}
	// The ray is at 25 − 23.5·d/300; at the house's far wall, 210 m, at 8.55 m, 11.45 m
	// below its roof; it sinks below 20 m after 63.8 m, before the house.
	want := []Blocker{{Building: house, Name: "一号楼", FromM: 190, ToM: 210, AboveM: 11.45}}
	if diff := cmp.Diff(want, l.Blockers, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-6 })); diff != "" {
		t.Error(diff)
	}

	in := m.Link(0, orb.Point{212, 100})
	if !in.Indoor || in.Path != LOS || len(in.Blockers) > 0 {
		t.Errorf("%+v", in)
	}
	near("inside", in.InsideM, 12)
	near("entry", in.EntryDB, link.EntryLowDB(3.5)+6)
	near("σ indoors", in.SigmaDB, link.SigmaEntryDB(false))

	s := m.Section(0, orb.Point{310, 100})
	if len(s.Solids) != 1 || !s.Solids[0].Blocks || s.Solids[0].FromM != 190 || s.Solids[0].ToM != 210 || s.Solids[0].TopM != 20 ||
		s.FromM != 25 || s.ToM != 1.5 || len(s.Ground) != 2 || s.LengthM != 300 {
		t.Errorf("%+v", s)
	}
}

// The loss over an edge joins the statistical one where that is less.
func TestEdgesAreNoWorseThanStatistics(t *testing.T) {
	town := randomTown(21, 300, 50, 2)
	statistical, edges := town.model(t, Params{}), town.model(t, Params{Blocked: KnifeEdge})
	blocked, softer := 0, 0
	for i := range statistical.cells {
		for k := range 200 {
			p := orb.Point{float64(k%20) * 15, float64(k/20) * 30}
			a, b := statistical.Link(i, p), edges.Link(i, p)
			if a.Path == LOS {
				if a.RSRPdBm != b.RSRPdBm {
					t.Fatalf("a free path differs: %+v, %+v", a, b)
				}
				continue
			}
			blocked++
			if b.RSRPdBm < a.RSRPdBm-1e-9 || b.DiffractionDB < 0 || a.DiffractionDB != 0 {
				t.Fatalf("%+v, %+v", a, b)
			}
			if b.RSRPdBm > a.RSRPdBm+1e-9 {
				softer++
				if b.DiffractionDB < 6 {
					t.Fatalf("an edge in the path takes only %g dB", b.DiffractionDB)
				}
			}
		}
	}
	if blocked < 100 || softer < blocked/20 {
		t.Errorf("%d blocked, %d softer", blocked, softer)
	}
}

// A roof does not block its own antenna, not even below the roof.
func TestOwnRoof(t *testing.T) {
	for _, named := range []bool{true, false} {
		town := newTown(300)
		b := town.build(rectangle(100, 100, 140, 140), 30)
		extra := []any{}
		if named {
			extra = append(extra, "on_building", b)
		}
		town.cell(orb.Point{120, 120}, 33, 0, extra...)
		town.cell(orb.Point{120, 120}, 12, 0, extra...)
		m := town.model(t, Params{})
		for i := range m.cells {
			if l := m.Link(i, orb.Point{120, 250}); l.Path != LOS || slices.Contains(l.Flags, "below_roof") != (i == 1) {
				t.Errorf("named %v, cell %d: %s %v", named, i, l.Path, l.Flags)
			}
		}
	}
}

func TestRaisedBuilding(t *testing.T) {
	town := newTown(300)
	town.build(rectangle(100, 100, 140, 140), 20, "base_m", 8.0)
	town.cell(orb.Point{120, 20}, 30, 0)
	m := town.model(t, Params{})
	for _, c := range []struct {
		y    float64
		free bool
	}{
		{110, true},  // below its edge: seen under the front
		{138, false}, // deep below it
		{150, false}, // behind it
		{290, false}, // the path meets its back wall between 8 and 20 m
	} {
		p := orb.Point{121, c.y}
		l := m.Link(0, p)
		if (l.Path == LOS) != c.free || l.Indoor {
			t.Errorf("at %g: %s, indoor %v", c.y, l.Path, l.Indoor)
		}
	}
}

func TestScenario(t *testing.T) {
	for _, c := range []struct {
		roofs  []float64
		height float64
		want   link.Scenario
	}{
		{nil, 20, link.UMa}, {nil, 19, link.UMi}, {[]float64{50, 50}, 25, link.UMa},
		{[]float64{10, 30, 50}, 31, link.UMa}, {[]float64{10, 30, 50}, 30, link.UMi}, {[]float64{10, 20, 40, 60}, 31, link.UMa},
	} {
		town := newTown(300)
		for i, h := range c.roofs {
			town.build(rectangle(float64(20*i), 20, float64(20*i+10), 30), h)
		}
		town.build(rectangle(500, 500, 510, 510), 300) // too far to count
		town.cell(orb.Point{50, 50}, c.height, 0)
		if got := town.model(t, Params{}).transmitters[0].scenario; got != c.want {
			t.Errorf("roofs %v, antenna %g m: %v", c.roofs, c.height, got)
		}
	}
}

// bare is a town with one cell that lacks fields, and a house of unknown height.
func bare(missing ...string) *town {
	town := newTown(200)
	town.cell(orb.Point{50, 50}, 25, 30)
	for _, field := range missing {
		town.scene.Layers["cells"][0].Set(field, nil)
	}
	return town
}

func TestWhatLacks(t *testing.T) {
	defaults := &Defaults{
		Bands: map[string]map[string]float64{"n78": {"height_m": 30, "power_w": 100, "gain_dbi": 17, "freq_mhz": 3400,
			"bandwidth_mhz": 100, "scs_khz": 30, "hbw_deg": 65, "vbw_deg": 8, "tilt_deg": 4}},
		BuildingM: map[string]float64{"": 9, "office": 40},
	}
	for _, field := range []string{"freq_mhz", "bandwidth_mhz", "scs_khz", "power_w", "gain_dbi", "azimuth_deg", "hbw_deg", "vbw_deg", "tilt_deg", "height_m"} {
		m := bare(field).model(t, Params{})
		want := []Lack{{"cells", "cell0000", []string{field}}}
		if m.Known() || len(m.Cells()) != 0 || !cmp.Equal(m.Lacks(), want) {
			t.Errorf("without %s: known %v, %d cells, %v", field, m.Known(), len(m.Cells()), m.Lacks())
		}
		m = bare(field).model(t, Params{Defaults: defaults})
		if !m.Known() || len(m.Cells()) != 1 || !cmp.Equal(m.Lacks(), want) || !slices.Equal(m.Cells()[0].Assumed, []string{field}) {
			t.Errorf("assumed %s: known %v, %+v, %v", field, m.Known(), m.Cells(), m.Lacks())
		}
	}
	// Far from the community it does not matter; a place cannot be assumed.
	town := bare("height_m")
	town.scene.Layers["cells"][0].Geometry = orb.Point{5000, 50}
	if m := town.model(t, Params{}); !m.Known() || len(m.Lacks()) != 1 {
		t.Error("a far cell matters")
	}
	town = bare()
	town.scene.Layers["cells"][0].Geometry = nil
	if m := town.model(t, Params{}); m.Known() {
		t.Error("a cell without a place does not matter")
	}
	if m := town.model(t, Params{Defaults: defaults}); !m.Known() || len(m.Cells()) != 0 || len(m.Lacks()) != 1 {
		t.Error("a place was assumed")
	}
	// EIRP stands in for power.
	town = bare("power_w")
	town.scene.Layers["cells"][0].Set("eirp_dbm", link.DBm(200)+17.5)
	if c := town.model(t, Params{}).Cells(); len(c) != 1 || math.Abs(c[0].EPREdBm-17.8567) > 1e-3 {
		t.Errorf("%+v", c)
	}
	// No table has 33 MHz.
	town = bare()
	town.scene.Layers["cells"][0].Set("bandwidth_mhz", 33.0)
	if m := town.model(t, Params{}); !cmp.Equal(m.Lacks(), []Lack{{"cells", "cell0000", []string{"bandwidth_mhz", "scs_khz"}}}) {
		t.Error(m.Lacks())
	}
	// Floors tell a height; without them the use does, when asked for.
	town = bare()
	town.build(rectangle(0, 0, 10, 10), 0, "height_m", nil, "floors", int64(6))
	town.build(rectangle(20, 0, 30, 10), 0, "height_m", nil, "use", "office")
	town.build(rectangle(9000, 0, 9010, 10), 0, "height_m", nil)
	m := town.model(t, Params{})
	if m.Known() || m.prisms[0].topM != 18 || len(m.Lacks()) != 2 {
		t.Errorf("known %v, %v", m.Known(), m.Lacks())
	}
	if m = town.model(t, Params{Defaults: defaults}); !m.Known() || m.prisms[1].topM != 40 || !m.prisms[1].assumed || len(m.Lacks()) != 2 {
		t.Errorf("known %v, %v", m.Known(), m.Lacks())
	}
	town.scene.Layers["buildings"] = town.scene.Layers["buildings"][2:]
	if m = town.model(t, Params{}); !m.Known() {
		t.Error("a far building matters")
	}
}

func TestAzimuthsAreSpread(t *testing.T) {
	town := newTown(200)
	for _, site := range []string{"a", "a", "a", "b", ""} {
		town.cell(orb.Point{50, 50}, 25, 30, "site", site, "azimuth_deg", nil)
	}
	town.cell(orb.Point{50, 50}, 25, 77, "site", "a")
	cells := town.model(t, Params{Defaults: &Defaults{}}).Cells()
	for i, want := range [][2]float64{{0, 65}, {120, 65}, {240, 65}, {0, 360}, {0, 360}, {77, 65}} {
		if got := [2]float64{cells[i].AzimuthDeg, cells[i].HBWDeg}; got != want {
			t.Errorf("cell %d: azimuth and width %v, want %v", i, got, want)
		}
	}
}

// Covers and Sole say what follows from the levels of all cells.
func TestCoversFromLinks(t *testing.T) {
	town := randomTown(31, 200, 25, 2)
	town.cell(orb.Point{100, 100}, 20, 10, "operator", "A", "freq_mhz", 800.0, "band", "n28")
	p := Params{ResM: 8, Thresholds: Thresholds{RSRPdBm: -75, SINRdB: number(2)}, LoadShare: number(0.5)}
	m := town.model(t, p)
	px := all(t, m.Grid(), m.Tiles)
	for k, kind := range px.kind {
		if kind == Outside {
			continue
		}
		at := px.grid.At(k%px.grid.Cols, k/px.grid.Cols)
		covers := m.coversAt(at, -1)
		if covers != px.covers[k] {
			t.Fatalf("%v: covers %b, want %b", at, px.covers[k], covers)
		}
		sole := int16(NoServer)
		for i := range m.cells {
			if covers&1 != 0 && m.coversAt(at, i)&1 == 0 {
				sole = int16(i)
			}
		}
		// A cell that is not needed for any other reason than to disturb cannot be sole.
		if sole != px.sole[k] {
			t.Fatalf("%v: sole %d, want %d", at, px.sole[k], sole)
		}
	}
}

// coversAt is what covers a place from the links of all cells but one.
func (m *Model) coversAt(at orb.Point, without int) uint64 {
	covers := uint64(0)
	s := m.receiver(at)
	for c := range m.carriers {
		best, level, sum := -1, math.Inf(-1), 0.0
		for i, t := range m.transmitters {
			if t.carrier != c || i == without {
				continue
			}
			l := m.budget(t, &s)
			sum += milliwatts(l.RSRPdBm)
			if l.RSRPdBm > level {
				best, level = i, l.RSRPdBm
			}
		}
		if best < 0 {
			continue
		}
		t := m.transmitters[best]
		ratio := link.SINRdB(milliwatts(level), sum-milliwatts(level), *m.params.LoadShare, t.noise)
		if level >= m.params.Thresholds.RSRPdBm && ratio >= *m.params.Thresholds.SINRdB {
			covers |= t.groups
		}
	}
	return covers
}

func TestProbabilityInsteadOfTheMedian(t *testing.T) {
	town := randomTown(32, 200, 25, 2)
	p := Params{ResM: 8, Thresholds: Thresholds{RSRPdBm: -85, Probability: number(0.9)}}
	m := town.model(t, p)
	px := all(t, m.Grid(), m.Tiles)
	covered := 0
	for k, kind := range px.kind {
		if kind == Outside {
			continue
		}
		if px.covers[k]&1 != 0 {
			covered++
		}
		if near := math.Abs(float64(px.pr[k])-0.9) < 1e-3; !near && px.pr[k] >= 0.9 && px.covers[k]&1 == 0 {
			t.Fatalf("chance %g, covers %b", px.pr[k], px.covers[k])
		}
	}
	if covered == 0 || covered == len(px.kind) {
		t.Errorf("%d of %d covered", covered, len(px.kind))
	}
}

func TestRefusals(t *testing.T) {
	for name, p := range map[string]Params{
		"resolution": {ResM: 0.1}, "reach": {ReachM: 1e6}, "phone": {ReceiverM: 50}, "load": {LoadShare: number(2)}, "level": {Thresholds: Thresholds{RSRPdBm: math.NaN()}},
		"id": {ID: "1 2"}, "loss": {Blocked: "both"}, "entry": {Entry: "none"}, "figure": {NoiseFigureDB: number(-1)}, "chance": {Thresholds: Thresholds{Probability: number(1.5)}},
	} {
		if _, err := NewModel(&newTown(100).scene, p); geo.AsFault(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	town := newTown(100)
	town.scene.Community.Geometry = orb.Point{1, 1}
	if _, err := NewModel(&town.scene, Params{}); geo.AsFault(err) == nil {
		t.Errorf("no area: %v", err)
	}
	town = newTown(1e6)
	if _, err := NewModel(&town.scene, Params{}); geo.AsFault(err) == nil {
		t.Errorf("too large: %v", err)
	}
	town = newTown(300)
	town.scene.Terrain = gap{}
	if _, err := NewModel(&town.scene, Params{}); geo.AsFault(err) == nil {
		t.Errorf("terrain with a gap: %v", err)
	}
	town.cell(orb.Point{-600, 100}, 20, 0)
	town.scene.Terrain = half{}
	m := town.model(t, Params{})
	if share := m.TerrainFilled(); share < 0.5 || share > 0.8 || m.GroundM(orb.Point{-600, 10}) != 7 {
		t.Errorf("%g filled, ground %g", share, m.GroundM(orb.Point{-600, 10}))
	}
}

// gap is a terrain with a hole, half one that ends west of the community.
type (
	gap  struct{}
	half struct{}
)

func (gap) HeightAt(p orb.Point) (float64, bool) { return 5, geo.Distance(p, orb.Point{100, 100}) > 30 }

func (half) HeightAt(p orb.Point) (float64, bool) { return 7, p[0] >= 0 }
