package radio

import (
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// byHand is a prediction drawn in text, so that every result can be checked by eye.
// All drawings have a character for each pixel, north up:
//
//	kind    "." outdoors, "A" … "Z" inside building 0 …, " " outside the community
//	server  "0" … the strongest cell, "-" none
//	level   a digit d is a level of −70 − 5·d dBm
//	covers  a digit is the set of groups that cover it, as bits
type byHand struct {
	params                      Params
	cells                       []Cell
	groups                      []Group
	buildings                   []geo.Feature
	lacks                       []Lack
	unknown                     bool
	kind, server, level, covers string
	side                        int // of tiles
	link                        func(cell int, at orb.Point) (Link, float64)
	flags                       [2][]string
}

func (h *byHand) Params() Params           { return h.params }
func (h *byHand) Cells() []Cell            { return h.cells }
func (h *byHand) Groups() []Group          { return h.groups }
func (h *byHand) Buildings() []geo.Feature { return h.buildings }
func (h *byHand) Lacks() []Lack            { return h.lacks }
func (h *byHand) Others() []string         { return nil }
func (h *byHand) Known() bool              { return !h.unknown }

func (h *byHand) flagsOf(cell int) []string { return h.flags[cell] }

func (h *byHand) path(cell int, at orb.Point) (Link, float64) {
	if h.link == nil {
		return Link{Path: LOS}, 0
	}
	return h.link(cell, at)
}

func lines(drawing string) []string { return strings.Split(strings.Trim(drawing, "\n"), "\n") }

func (h *byHand) Grid() Grid {
	rows := lines(h.kind)
	return Grid{West: 500_005, South: 4_000_005, ResM: h.params.ResM, Cols: len(rows[0]), Rows: len(rows)}
}

func (h *byHand) Tiles(visit func(*Tile) error) error {
	g := h.Grid()
	for r0 := 0; r0 < g.Rows; r0 += h.side {
		for c0 := 0; c0 < g.Cols; c0 += h.side {
			t := &Tile{C0: c0, R0: r0, Grid: Grid{
				West: g.At(c0, r0)[0], South: g.At(c0, r0)[1], ResM: g.ResM, Cols: min(h.side, g.Cols-c0), Rows: min(h.side, g.Rows-r0),
			}}
			for r := r0; r < r0+t.Grid.Rows; r++ {
				for c := c0; c < c0+t.Grid.Cols; c++ {
					h.pixel(t, c, g.Rows-1-r)
				}
			}
			if err := visit(t); err != nil {
				return err
			}
		}
	}
	return nil
}

// pixel adds a pixel of the drawings to a tile.
func (h *byHand) pixel(t *Tile, c, line int) {
	kind, building := Outside, int32(-1)
	switch k := lines(h.kind)[line][c]; {
	case k == '.':
		kind = Outdoor
	case k >= 'A' && k <= 'Z':
		kind, building = Indoor, int32(k-'A')
	}
	server, level, covers := int16(NoServer), float32(-200), uint64(0)
	if s := lines(h.server)[line][c]; s != '-' && kind != Outside {
		server = int16(s - '0')
		level = -70 - 5*float32(lines(h.level)[line][c]-'0')
		covers = uint64(lines(h.covers)[line][c] - '0')
	}
	t.Kind = append(t.Kind, kind)
	t.Building = append(t.Building, building)
	t.Server = append(t.Server, server)
	t.RSRP = append(t.RSRP, level)
	t.SINR = append(t.SINR, -5)
	t.Chance = append(t.Chance, 0)
	t.Free = append(t.Free, true)
	t.Covers = append(t.Covers, covers)
	sole := int16(NoServer)
	if covers == 3 { // by one operator alone
		sole = server
	}
	t.Sole = append(t.Sole, sole)
}

// tenMetres is a town of 10 by 6 pixels of 10 m, its north-east corner outside the
// community. Operator X has cell 0 in the west, Y has cell 1 in the east.
func tenMetres() *byHand {
	minus3 := -3.0
	from := func(v float64) *float64 { return &v }
	return &byHand{
		params: Params{ResM: 10, ReachM: 1500, ReceiverM: 1.5, Blocked: Statistical, Entry: LowLoss, Defaults: &Defaults{Title: geo.T("常用", "usual")}, Thresholds: Thresholds{
			ID: "test", Title: geo.T("试验", "test"), Sourced: true, RSRPdBm: -105, SINRdB: &minus3,
			Classes: []Class{{ID: "strong", FromDBm: from(-85)}, {ID: "fair", FromDBm: from(-95)}, {ID: "low", FromDBm: from(-105)}, {ID: "none"}},
		}},
		cells: []Cell{
			{ID: "c0", Site: "s0", Operator: "X", Band: "n78", At: orb.Point{500_000, 4_000_000}, HBWDeg: 65, GainDBi: 17},
			{ID: "c1", Site: "s1", Operator: "Y", Band: "n41", At: orb.Point{500_100, 4_000_000}, HBWDeg: 360, GainDBi: 10, Assumed: []string{"height_m"}},
		},
		groups: []Group{
			{ID: "all", Cells: []int{0, 1}},
			{ID: "operator:X", Operator: "X", Cells: []int{0}},
			{ID: "operator:Y", Operator: "Y", Cells: []int{1}},
		},
		buildings: []geo.Feature{
			{ID: "A", Geometry: square(20, 20), Attributes: map[string]any{"name": "甲", "households": int64(80), "height_m": 9.0, "use": "residential"}},
			{ID: "B", Geometry: square(60, 20), Attributes: map[string]any{"households": int64(40), "floors": int64(6), "use": "residential"}},
			{ID: "C", Geometry: square(0, 0), Attributes: map[string]any{"use": "residential"}},
		},
		kind: `
........  
........  
..AA..BB..
..AA..BB..
........CC
..........`,
		server: `
00001111--
00001111--
000011--11
0000--1111
00001111--
0000111111`,
		level: `
1234432100
2345543100
3399440000
4499004433
5555553300
6666663333`,
		covers: `
7773333300
7773333300
7300550055
7300005555
7700005500
7000005555`,
		side: 4,
	}
}

func square(x, y float64) orb.Polygon {
	return geo.Extent{MinX: 500_000 + x, MinY: 4_000_000 + y, MaxX: 500_020 + x, MaxY: 4_000_020 + y}.Polygon()
}
