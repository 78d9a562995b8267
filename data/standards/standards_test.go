package standards

import (
	"slices"
	"strings"
	"testing"

	"yiju/geo"
)

// The categories that the design promises, in both languages and reachable from
// the map.
func TestGroupsAreComplete(t *testing.T) {
	groups, err := Groups()
	if err != nil {
		t.Fatal(err)
	}
	promised := "sport/pitch sport/court sport/hall sport/pool sport/fitness_station sport/fitness_centre sport/trail " +
		"sport/playground sport/sports_centre culture/library care/day_care care/canteen care/nursing education/nursery " +
		"education/kindergarten education/primary education/middle health/station health/clinic commerce/supermarket " +
		"commerce/market commerce/pharmacy commerce/breakfast commerce/laundry commerce/repair service/service_centre " +
		"service/police service/reading_room rescue/fire_station shelter/assembly transport/bus_stop culture/plaza"
	for _, code := range strings.Fields(promised) {
		if title, ok := CategoryTitle(groups, code); !ok || title.ZH == title.EN {
			t.Errorf("%s: title %v, found %v", code, title, ok)
		}
	}
	// What offices list and OpenStreetMap has no tag for.
	untagged := strings.Fields("education/community_school service/party_centre service/meeting_room service/property_office service/delivery")
	for _, g := range groups {
		for _, k := range g.Kinds {
			if code := g.Code + "/" + k.Code; (len(k.OSM) == 0) != slices.Contains(untagged, code) {
				t.Errorf("%s has the tags %q", code, k.OSM)
			}
		}
	}
	if _, ok := CategoryTitle(groups, "sport/swordfish"); ok {
		t.Error("a category that is not there has a title")
	}
}

func TestBadCategoriesAreRefused(t *testing.T) {
	good := Kind{Code: "pitch", Title: geo.T("场", "Pitch")}
	tests := []struct {
		name   string
		groups []Group
	}{
		{"nothing", nil},
		{"code with a space", []Group{{Code: "sp ort", Title: good.Title, Kinds: []Kind{good}}}},
		{"no Chinese name", []Group{{Code: "sport", Title: geo.T("", "Sport"), Kinds: []Kind{good}}}},
		{"kind twice", []Group{{Code: "sport", Title: good.Title, Kinds: []Kind{good, good}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := checkGroups(test.groups); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestAliasesLoad(t *testing.T) {
	a, err := LoadAliases()
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Any["floors"]) == 0 || len(a.Units["m"]) == 0 || len(a.Yes) == 0 || len(a.No) == 0 || len(a.ID) == 0 || len(a.Unknown) == 0 {
		t.Errorf("a table is empty: %+v", a)
	}
}
