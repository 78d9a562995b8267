package main

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// Published figures of the people who live in the community. The share of 13.5 %
// aged 60 and over is published, the number of residents is not: it is chosen so
// that the share is exact.
const (
	publishedHouseholds = 4379
	residents           = 11_800
	residents60plus     = 1593 // 13.5 % of 11,800
	lone60plus          = 127  // ours
)

// groundFloorUses are flats on ground floors that serve the community instead of
// being lived in, by building.
func groundFloorUses() map[string]int {
	return map[string]int{"b-0117": 2, "b-0141": 1, "b-0213": 2, "b-0226": 2}
}

// settleHouseholds counts the flats and shares the residents out among the
// buildings, then adds the buildings and completes compounds and community.
func (p *plan) settleHouseholds() {
	total := 0
	other := groundFloorUses()
	for _, s := range p.slabs {
		s.otherUse = other[s.id]
		s.households = s.units*s.floors*s.flatsPerLanding - s.otherUse
		total += s.households
	}
	if total != publishedHouseholds {
		panic("the drawing has another number of flats than the published one")
	}
	people := make([]float64, len(p.slabs))
	elders := make([]float64, len(p.slabs))
	for i, s := range p.slabs {
		people[i] = float64(s.households) * p.around(1, 0.06)
		elders[i] = people[i] * p.around(1+float64(2009-s.year)/14, 0.15)
	}
	for i, n := range shareOut(residents, people) {
		p.slabs[i].residents = n
	}
	for i, n := range shareOut(residents60plus, elders) {
		p.slabs[i].residents60 = n
	}
	compounds := make(map[string]int)
	for _, s := range p.slabs {
		compounds[s.compound] += s.households
		p.addDwelling(s)
	}
	for i := range p.features["compounds"] {
		f := &p.features["compounds"][i]
		f.Set("households", compounds[f.ID])
	}
	community := &p.features["communities"][0]
	for name, n := range map[string]int{"households": total, "residents": residents, "residents_60plus": residents60plus, "lone_60plus": lone60plus} {
		community.Set(name, n)
	}
}

func (p *plan) addDwelling(s *slab) {
	f := p.add("buildings", s.id, orb.Polygon{s.ring}, attrs{
		"name": s.name, "use": "residential", "floors": s.floors, "floors_below": 0, "height_m": height_m(s.floors), "year": s.year,
		"households": s.households, "residents": s.residents, "residents_60plus": s.residents60, "lift": false, "fire_alarm": true,
		"gigabit_households": s.households, "tv_households": s.households, "smart_meters": s.households,
	})
	f.Extra = map[string]any{"units": s.units, "compound": s.compound}
	if s.year >= 2009 {
		f.Attributes["cim_level"] = "CIM3"
	} else if s.year >= 2004 {
		f.Attributes["cim_level"] = "CIM2"
	}
	if s.year < 1999 {
		f.Attributes["floors_below"] = nil
		delete(f.Attributes, "floors_below")
		f.Quality = append(f.Quality, "floors_below=unknown: drawings lost")
	}
}

// shareOut divides a whole number in proportion to weights; the largest
// remainders are rounded up.
func shareOut(total int, weights []float64) []int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	out := make([]int, len(weights))
	order := make([]int, len(weights))
	left := total
	rest := make([]float64, len(weights))
	for i, w := range weights {
		exact := float64(total) * w / sum
		out[i] = int(exact)
		rest[i] = exact - float64(out[i])
		left -= out[i]
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest[b], rest[a]) })
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

// building finds a building by name.
func (p *plan) building(name string) *geo.Feature {
	for i := range p.features["buildings"] {
		f := &p.features["buildings"][i]
		if own, _ := f.Text("name"); own == name {
			return f
		}
	}
	panic("no building is named " + name)
}
