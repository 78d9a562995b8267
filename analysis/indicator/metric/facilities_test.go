package metric

import (
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiju/geo"
)

// venue is the facility f<n>, a point.
func venue(n int, attributes string) layered {
	return feature("facilities", "f"+strconv.Itoa(n), orb.Point{30 * float64(n), 700}, attributes)
}

// field100 is the facility f<n>, 10 m square.
func field100(n int, attributes string) layered {
	return feature("facilities", "f"+strconv.Itoa(n), square(30*float64(n), 800, 10), attributes)
}

func facilityExamples() map[string][]example {
	lack := func(what, n string) string {
		return "lacks features of layer facilities that do not tell " + what + ": " + n
	}
	none := "?; lacks layer facilities holds no facilities in the community"
	courts := words("categories", "sport/court", "care")
	named := func(in *Input) *Input {
		in.Words = func(layer, field, code string) geo.Text {
			if layer != "facilities" || field != "category" || !strings.HasPrefix(code, "care/") {
				return geo.Text{}
			}
			return geo.T("食堂", "Canteen")
		}
		return in
	}
	return map[string][]example{
		"facilities.count": {
			// A court, and a canteen of the group care; careful is another group.
			{name: "known", params: courts, in: town("", field100(1, "category=sport/court"), venue(2, "category=care/canteen area_m2=60.0 capacity=40"), venue(3, "category=careful/x"), venue(4, "category=sport/pitch")), want: "2; made f1 f2",
				notes: []string{"area: 160 m² in all", "capacity: 40 in all (of 1 more it is not known)"}},
			{name: "none of the kind", params: courts, in: town("", venue(1, "category=sport/pitch")), want: "0", notes: nil},
			{name: "category unknown", params: courts, in: town("", venue(1, "category=care/canteen"), venue(2, "")), want: "? 1..2; made f1; unknown f2; " + lack("the category", "1")},
			{name: "no facility", params: courts, in: town("", feature("facilities", "f1", orb.Point{2000, 0}, "category=care/canteen")), want: none},
		},
		"facilities.kinds": {
			// A court, and one of the alternatives; no canteen.
			{name: "known", params: words("categories", "sport/court", "health/station|health/clinic", "care/canteen"), in: named(town("", venue(1, "category=sport/court"), venue(2, "category=health/clinic"), venue(3, "category=health/clinic"))), want: "2 = 2/3; made f1 f2 f3",
				notes: []string{"not there: Canteen"}},
			{name: "all there", params: words("categories", "sport", "care/canteen"), in: town("", venue(1, "category=sport/court"), venue(2, "category=care/canteen"), venue(3, "")), want: "2 = 2/2; made f1 f2"},
			{name: "unknown", params: words("categories", "sport/court", "a/b|c/d", "e/f"), in: town("", venue(1, "category=sport/court"), venue(2, "")), want: "? 1..2 = 1/3; made f1; unknown f2; " + lack("the kind", "1"),
				notes: []string{"not there: a/b or c/d, e/f"}},
			{name: "no facility", params: words("categories", "sport/court"), in: town(""), want: none},
		},
		"facilities.area": {
			{name: "known", params: courts, in: town("", field100(1, "category=sport/court area_m2=90.0"), venue(2, "category=care/canteen area_m2=60.5"), venue(3, "category=sport/pitch")), want: "160.5; made f1 f2"},
			{name: "none of the kind", params: courts, in: town("", venue(1, "category=sport/pitch")), want: "0"},
			{name: "unknown", params: courts, in: town("", field100(1, "category=sport/court"), venue(2, "category=care/canteen")), want: "?; made f1; unknown f2; " + lack("the area", "1"), notes: []string{"what is known adds up to 100 m²"}},
			{name: "no facility", params: courts, in: town(""), want: none},
		},
		"facilities.area_per_head": {
			{name: "known", params: courts, in: town("residents=50", field100(1, "category=sport/court")), want: "2 = 100/50; made f1"},
			{name: "residents of buildings", params: courts, in: town("", field100(1, "category=sport/court"), house(1, "residents=25")), want: "4 = 100/25; made f1",
				notes: []string{"the community does not tell the number of residents; it is the sum of its buildings"}},
			{name: "residents unknown", params: courts, in: town("", field100(1, "category=sport/court")), want: "? = 100/?; made f1; " + noResidents + "; " + noHouses},
			{name: "no facility", params: courts, in: town("residents=50"), want: "? = ?/50; lacks layer facilities holds no facilities in the community"},
		},
		"facilities.capacity": {
			{name: "known", params: courts, in: town("", venue(1, "category=care/canteen capacity=120"), venue(2, "category=care/day_care capacity=30"), venue(3, "category=sport/pitch capacity=9")), want: "150; made f1 f2"},
			{name: "unknown", params: courts, in: town("", venue(1, "category=care/canteen capacity=120"), venue(2, "category=care/day_care")), want: "?; made f1; unknown f2; " + lack("the capacity", "1")},
			// What has no capacity adds none, whatever it is.
			{name: "nothing of nothing", params: courts, in: town("", venue(1, "category=care/canteen capacity=120"), venue(2, "capacity=0")), want: "120; made f1"},
		},
		"facilities.accessible_share": {
			{name: "all", in: town("", venue(1, "category=care/canteen accessible=true"), venue(2, "category=sport/court accessible=false")), want: "50 = 1/2; made f1; failed f2"},
			{name: "of some", params: words("categories", "care"), in: town("", venue(1, "category=care/canteen accessible=true"), venue(2, "category=sport/court accessible=false")), want: "100 = 1/1; made f1"},
			{name: "none of the kind", params: words("categories", "health"), in: town("", venue(1, "category=care/canteen accessible=true")), want: "? = 0/0"},
			{name: "unknown", in: town("", venue(1, "accessible=true"), venue(2, "")), want: "? 50..100 = 1/2; made f1; unknown f2; " + lack("whether they are accessible", "1")},
			{name: "no facility", in: town(""), want: none},
		},
		"care.nursing_beds": {
			// The seats of the canteen are no beds.
			{name: "known", in: town("", venue(1, "category=care/nursing nursing_beds=20 capacity=40"), venue(2, "category=care/day_care nursing_beds=0 capacity=10"), venue(3, "category=care/canteen capacity=200")), want: "20; made f1"},
			{name: "no home", in: town("", venue(1, "category=care/canteen")), want: "0"},
			{name: "unknown", in: town("", venue(1, "category=care/nursing capacity=40")), want: "?; unknown f1; " + lack("the number of nursing beds", "1")},
			{name: "no facility", in: town(""), want: none},
		},
		"care.nursing_share": {
			{name: "known", in: town("", venue(1, "category=care/nursing nursing_beds=20 capacity=40"), venue(2, "category=care/day_care nursing_beds=5 capacity=10"), venue(3, "category=care/canteen capacity=200")), want: "50 = 25/50; made f1 f2"},
			{name: "no home", in: town("", venue(1, "category=care/canteen capacity=200")), want: "? = 0/0"},
			{name: "unknown", in: town("", venue(1, "category=care/nursing nursing_beds=20")), want: "? = 20/?; made f1; unknown f1; " + lack("the number of beds", "1")},
		},
		"childcare.places_share": {
			{name: "known", in: town("children_under6=200", venue(1, "category=education/nursery capacity=40"), venue(2, "category=education/kindergarten capacity=120"), venue(3, "category=education/primary capacity=900")), want: "80 = 160/200; made f1 f2"},
			{name: "no children", in: town("children_under6=0", venue(1, "category=education/nursery capacity=40")), want: "? = 40/0; made f1"},
			{name: "unknown", in: town("", venue(1, "category=education/nursery")), want: "?; unknown f1; " + lack("the number of places", "1") + "; lacks the community does not tell the number of children under 6"},
		},
	}
}
