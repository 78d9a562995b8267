package osm

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
	"yiju/geo/index"
)

// link connects what belongs together: doors with the buildings and facilities on
// whose outline they lie, facilities drawn twice.
func (b *builder) link() {
	b.linkDoors()
	b.linkTwins()
}

func (b *builder) linkDoors() {
	inside := make(map[owner][]string) // entrances by facility
	entrances := b.out.Layers["entrances"]
	for i := range entrances {
		f := &entrances[i]
		owners := b.doors[nodeID(f)]
		for _, o := range owners {
			if o.layer == "facilities" {
				inside[o] = append(inside[o], f.ID)
			}
		}
		of, kind := belongs(owners)
		if of == "" {
			continue
		}
		f.Set("of", of)
		if _, known := f.Text("kind"); !known {
			f.Set("kind", kind)
		}
	}
	facilities := b.out.Layers["facilities"]
	for i := range facilities {
		if ids := inside[owner{"facilities", facilities[i].ID}]; len(ids) > 0 {
			slices.Sort(ids)
			facilities[i].Set("entrances", strings.Join(slices.Compact(ids), " "))
		}
	}
}

// nodeID is the number of the node that an entrance is.
func nodeID(f *geo.Feature) int64 {
	_, number, _ := strings.Cut(f.Source.ID, "/")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0 // no door has this number: it is that of no node
	}
	return id
}

// belongs picks what a door belongs to: a building before a facility.
func belongs(owners []owner) (id, kind string) {
	for _, o := range owners {
		if o.layer == "buildings" {
			return o.id, "building_door"
		}
	}
	for _, o := range owners {
		return o.id, "facility"
	}
	return "", ""
}

// linkTwins notes facilities that are there as a point and as the area around it.
// Both stay: which of them a person wants to keep is not for a reader to say.
func (b *builder) linkTwins() {
	facilities := b.out.Layers["facilities"]
	areas := &index.Index{}
	for i := range facilities {
		if _, point := facilities[i].Geometry.(orb.Point); !point {
			areas.Add(i, geo.ExtentOf(facilities[i].Geometry))
		}
	}
	for i := range facilities {
		f := &facilities[i]
		p, point := f.Geometry.(orb.Point)
		if !point {
			continue
		}
		for _, k := range areas.Touching(geo.ExtentOf(p)) {
			if !twins(f, &facilities[k]) || !geo.Inside(facilities[k].Geometry, p) {
				continue
			}
			f.Quality = append(f.Quality, "duplicate_of="+facilities[k].ID)
			b.out.Problems.Add("facility_twice", geo.T("设施既有点又有面（类别和名称相同），两者都保留并注明", "a facility is there as a point and as an area of the same category and name; both stay, with a note"), fmt.Sprintf("%s in %s", f.ID, facilities[k].ID))
			break
		}
	}
}

func twins(a, b *geo.Feature) bool {
	categoryA, _ := a.Text("category")
	categoryB, _ := b.Text("category")
	nameA, _ := a.Text("name")
	nameB, _ := b.Text("name")
	return categoryA == categoryB && nameA == nameB
}
