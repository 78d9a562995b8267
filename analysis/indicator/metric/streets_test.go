package metric

func lightExamples() map[string][]example {
	lamp := func(id string, x, y float64, more string) layered {
		return at("devices", id, x, y, "kind=lamp "+more)
	}
	path := way("w", "class=footway", 0, 500, 100, 500)
	noLamps := "lacks layer devices holds no lamps in the community; lacks features of layer ways that do not tell whether they are lit: 1"
	return map[string][]example{
		"light.lit_share": {
			// Circles of 20 m around 50 and 60 cover 30 to 80; the one 12 m beside the path
			// reaches 16 m along it, to both sides of 90, of which 74 to 80 are lit already.
			{name: "lamps", in: town("", path, lamp("a", 50, 500, ""), lamp("b", 60, 500, ""), lamp("c", 90, 512, "")), params: params("reach_m=20"),
				want: "70 = 70/100; made w; failed w", notes: []string{"computed from 3 lamps; the list of lamps is taken to be complete"}},
			{name: "says so itself", in: town("", path, way("x", "class=service lit=true", 0, 600, 100, 600), way("y", "class=path lit=false", 0, 700, 50, 700), lamp("a", 0, 700, "")),
				params: params("reach_m=20"), want: "48 = 120/250; made x y; failed w y"},
			{name: "broken lamp", in: town("", path, lamp("a", 50, 500, "working=false"), lamp("b", 100, 500, "working=true")), params: params("reach_m=10"),
				want: "10 = 10/100; made w; failed w", notes: []string{"computed from 1 lamps; the list of lamps is taken to be complete", "1 lamps do not work and are left out"}},
			{name: "lamp outside", in: town("", way("w", "class=footway", -100, 500, 100, 500), lamp("a", -10, 500, "")), params: params("reach_m=20"), want: "10 = 10/100; made w; failed w"},
			{name: "no lamps", in: town("", path, way("x", "class=path lit=true", 0, 600, 50, 600), way("y", "class=path lit=false", 0, 700, 50, 700)), params: params("reach_m=20"),
				want: "? 25..75 = 50/200; made x; failed y; unknown w; " + noLamps},
			{name: "all told", in: town("", way("x", "class=path lit=true", 0, 600, 50, 600)), params: params("reach_m=20"), want: "100 = 50/50; made x"},
			{name: "none is walked", in: town("", way("x", "class=motorway", 0, 600, 50, 600), way("y", "class=path foot=no", 0, 700, 50, 700)), params: params("reach_m=20"), want: "? = 0/0"},
			{name: "no ways", in: town("", lamp("a", 50, 500, "")), params: params("reach_m=20"), want: noStreets},
			{name: "not set", in: town("", path), want: `?; lacks parameter "How far a lamp lights" is not set`},
		},
	}
}

func streetExamples() map[string][]example {
	// A street from boundary to boundary; a dead end of 200 m, 30 m of it again parted in
	// two; a loop of 400 m on a stalk of 200 m.
	plan := []layered{
		way("s", "class=residential", 0, 500, 300, 500, 500, 500, 1000, 500),
		way("d1", "class=service", 500, 500, 500, 670),
		way("d2", "class=service", 500, 670, 500, 700),
		way("k", "class=living_street", 300, 500, 300, 300),
		way("l", "class=living_street", 300, 300, 300, 200, 400, 200, 400, 300, 300, 300),
		way("foot", "class=footway", 0, 0, 100, 100),
	}
	// Ends 30 cm from the street that it means, and one that passes over it.
	joined := []layered{
		way("s", "class=residential", -10, 500, 1010, 500),
		way("a", "class=service", 200, 500.3, 200, 600, 300, 600, 300, 499.7),
		way("o", "class=service bridge=true", 500, 500.3, 500, 600, 600, 600, 600, 500.3),
	}
	classless := way("x", "", 700, 700, 800, 700)
	noClass := "lacks features of layer ways that do not tell the class: 1"
	block := func(id string, y float64) layered { return feature("buildings", id, square(100, y, 10), "") }
	rescue := params("reach_m=20 least_width_m=4")
	return map[string][]example{
		"roads.dead_end_share": {
			{name: "plan", in: town("", plan...), want: "11.1111 = 200/1800; made k l s; failed d1 d2", notes: []string{"1 dead ends"}},
			{name: "joined", in: town("", joined...), want: "18.7195 = 299.4/1599.4; made a s; failed o", notes: []string{"2 dead ends"}},
			// Cut at the boundary or beyond, a street leads on; within it does not.
			{name: "boundary", in: town("", way("a", "class=service", 100, 100, 100, 0.5), way("b", "class=service", 200, 100, 200, -50), way("c", "class=service", 300, 100, 300, 2)),
				want: "100 = 297.5/297.5; failed a b c", notes: []string{"4 dead ends"}},
			{name: "two ways out", in: town("", way("a", "class=service", 100, -10, 100, 100, 200, 100, 200, 0)), want: "0 = 0/300; made a", notes: []string{"0 dead ends"}},
			{name: "class unknown", in: town("", plan[0], classless), want: "?; made s; unknown x; " + noClass},
			{name: "no streets", in: town("", plan[5]), want: "? = 0/0"},
			{name: "nothing", in: town(""), want: noStreets},
		},
		"roads.looped_share": {
			{name: "plan", in: town("", plan...), want: "77.7778 = 1400/1800; made l s; failed d1 d2 k"},
			{name: "joined", in: town("", joined...), want: "81.2805 = 1300/1599.4; made a s; failed o"},
			{name: "two beside one another", in: town("", way("a", "class=service", 100, 100, 200, 100), way("b", "class=service", 100, 100, 150, 150, 200, 100), way("c", "class=service", 200, 100, 300, 100)),
				want: "70.7106 = 241.42/341.42; made a b; failed c"},
			{name: "class unknown", in: town("", plan[0], classless), want: "?; made s; unknown x; " + noClass},
			{name: "nothing", in: town(""), want: noStreets},
		},
		"roads.wide_share": {
			{name: "known", in: town("", way("a", "class=service width_m=4", 0, 0, 100, 0), way("b", "class=service width_m=3.9", 0, 10, 100, 10)), params: params("least_m=4"),
				want: "50 = 100/200; made a; failed b"},
			{name: "unknown", in: town("", way("a", "class=service width_m=4", 0, 0, 100, 0), way("b", "class=service", 0, 10, 100, 10)), params: params("least_m=4"),
				want: "? 50..100 = 100/200; made a; unknown b; lacks features of layer ways that do not tell the width: 1"},
			// 100 of 100, or of 200.
			{name: "class unknown", in: town("", way("a", "class=service width_m=4", 0, 0, 100, 0), way("x", "width_m=3", 0, 10, 100, 10)), params: params("least_m=4"),
				want: "? 50..100 = 100/200; made a; unknown x; " + noClass},
			{name: "nothing", in: town(""), params: params("least_m=4"), want: noStreets},
		},
		"rescue.access_share": {
			// b2 has a narrow way, b4 one that nobody measured, b6 none; b7 is 20 m from
			// its street, b8 a little more; b9 has a footway alone.
			{name: "ways", in: town("", way("r1", "class=residential", 0, 100, 1000, 100), way("s2", "class=service width_m=3", 0, 200, 1000, 200), way("s3", "class=service width_m=4", 0, 300, 1000, 300),
				way("s4", "class=service", 0, 400, 1000, 400), way("f5", "class=footway fire_lane=true", 0, 500, 1000, 500), way("f9", "class=footway width_m=9", 0, 850, 1000, 850),
				block("b1", 110), block("b2", 210), block("b3", 310), block("b4", 410), block("b5", 510), block("b6", 700), block("b7", 120), block("b8", 120.1), block("b9", 855)),
				params: rescue, want: "? 44.4444..55.5556 = 4/9; made b1 b3 b5 b7; failed b2 b6 b8 b9; unknown b4 s4; lacks features of layer ways that do not tell the width: 1"},
			{name: "class unknown", in: town("", way("x", "width_m=5", 0, 100, 1000, 100), way("y", "width_m=3", 0, 200, 1000, 200), block("b", 110), block("c", 210)), params: rescue,
				want: "? 0..50 = 0/2; failed c; unknown b x; " + noClass},
			{name: "a narrow road", in: town("", way("r", "class=primary width_m=3.5", 0, 100, 1000, 100), way("f", "class=path fire_lane=true width_m=3", 0, 120, 1000, 120), block("b", 110)),
				params: rescue, want: "0 = 0/1; failed b"},
			{name: "through the yard", in: town("", way("r", "class=service width_m=5", 0, 105, 1000, 105), block("b", 100)), params: rescue, want: "100 = 1/1; made b"},
			{name: "no ways", in: town("", block("b", 110)), params: rescue, want: noStreets},
			{name: "no buildings", in: town("", plan[0]), params: rescue, want: "?; " + noHouses},
		},
	}
}

func pathExamples() map[string][]example {
	noClass := "; lacks features of layer ways that do not tell the class: 1"
	door := func(id string, x, y float64, more string) layered {
		return at("entrances", id, x, y, "kind=building_door "+more)
	}
	home := func(id string, x float64, more string) layered {
		return feature("buildings", id, square(x, 505, 10), more)
	}
	street := way("s", "class=residential", 0, 500, 1000, 500)
	untold := "features of layer entrances that do not tell whether they are step-free: 1"
	return map[string][]example{
		"paths.length": {
			{name: "known", in: town("", way("a", "class=footway", 0, 500, 300, 500), way("b", "class=steps", 300, 500, 300, 600), way("c", "class=residential", 0, 0, 1000, 0),
				way("d", "class=path foot=no", 0, 10, 100, 10), way("e", "class=living_street", 900, 700, 1100, 700), feature("ways", "f", square(0, 0, 50), "class=pedestrian")),
				want: "0.5; made a b e"},
			{name: "class unknown", in: town("", way("a", "class=footway", 0, 500, 300, 500), way("b", "", 0, 600, 50, 600)), want: "? 0.3..0.35; made a; unknown b" + noClass},
			{name: "none", in: town("", street), want: "0"},
			{name: "nothing", in: town(""), want: noStreets},
		},
		"paths.density": {
			{name: "known", in: town("", way("a", "class=footway", 0, 500, 300, 500)), want: "0.3 = 0.3/1; made a"},
			{name: "class unknown", in: town("", way("a", "class=footway", 0, 500, 300, 500), way("b", "", 0, 600, 50, 600)), want: "? 0.3..0.35 = 0.3/1; made a; unknown b" + noClass},
			{name: "nothing", in: town(""), want: noStreets},
		},
		"cycle.density": {
			{name: "by class and name", in: town("", way("a", "class=cycleway", 0, 500, 300, 500), way("b", "class=path name=滨河骑行道", 0, 600, 100, 600), street), want: "0.4 = 0.4/1; made a b"},
			{name: "class unknown", in: town("", way("a", "class=cycleway", 0, 500, 300, 500), way("b", "", 0, 600, 100, 600)), want: "? 0.3..0.4 = 0.3/1; made a; unknown b" + noClass},
			{name: "none", in: town("", street), want: "0 = 0/1"},
			{name: "nothing", in: town(""), want: noStreets},
		},
		"paths.connected_share": {
			// c meets the street 300 m outside; x and y are on their own.
			{name: "parts", in: onWays(town("", street, way("c", "class=footway", 900, 700, 1300, 700, 1300, 500, 1000, 500), way("x", "class=footway", 100, 100, 200, 100), way("y", "class=path", 100, 200, 150, 200))),
				want: "88 = 1100/1250; made c s; failed x y", notes: []string{"2 parts are cut off from the main one"}},
			{name: "whole", in: onWays(town("", street)), want: "100 = 1000/1000; made s"},
			{name: "no network", in: offWays(town("", street)), want: "?; lacks there is no network"},
			{name: "nothing", in: onWays(town("")), want: noStreets},
		},
		"stepfree.path_share": {
			// Free: a, and h that says yes though it is steep. Of 600.
			{name: "obstacles", in: onWays(town("", way("a", "class=footway incline_pct=8.3", 0, 0, 100, 0), way("b", "class=steps", 0, 10, 100, 10), way("c", "class=path incline_pct=-9", 0, 20, 100, 20),
				way("d", "class=path wheelchair=no", 0, 30, 100, 30), way("e", "class=footway step_count=3", 0, 40, 100, 40), way("h", "class=path incline_pct=9 wheelchair=yes", 0, 50, 100, 50), street)),
				want: "33.3333 = 200/600; made a h; failed b c d e"},
			{name: "incline unknown", in: onWays(town("", way("a", "class=footway", 0, 0, 100, 0))), want: "100 = 100/100; made a", notes: []string{"the incline of 100 m of walkways is not told; they count as free"}},
			// b has steps and may be a road: 100 of 100, or of 200.
			{name: "class unknown", in: onWays(town("", way("a", "class=footway incline_pct=0", 0, 0, 100, 0), way("b", "step_count=2", 0, 10, 100, 10))), want: "? 50..100 = 100/200; made a; unknown b" + noClass},
			{name: "no walkways", in: onWays(town("", street)), want: "? = 0/0"},
			{name: "no network", in: offWays(town("", way("a", "class=footway", 0, 0, 100, 0))), want: "?; lacks there is no network"},
			{name: "nothing", in: onWays(town("")), want: noStreets},
		},
		"stepfree.door_share": {
			// d2 has steps, e lies on a path of its own, the school does not count.
			{name: "doors", in: onWays(town("", street, way("i", "class=path", 600, 800, 700, 800), home("a", 100, "use=residential"), home("b", 300, "use=school"), home("bare", 400, "use=residential"),
				feature("buildings", "c", square(650, 805, 10), "use=residential"),
				door("d1", 105, 505, "step_free=true"), door("d2", 105, 515, "step_free=false"), door("d3", 305, 505, "step_free=true"), door("e", 655, 805, "step_free=true"))),
				want: "33.3333 = 1/3; made d1; failed d2 e", notes: []string{"1 buildings that may be lived in have no door drawn and do not count"}},
			{name: "steps unknown", in: onWays(town("", street, home("a", 100, "use=residential"), door("d1", 105, 505, "step_free=true"), door("d2", 100, 510, ""))),
				want: "? 50..100 = 1/2; made d1; unknown d2; lacks " + untold},
			// The building may not be lived in: 1 of 1, or 1 of 2.
			{name: "use unknown", in: onWays(town("", street, home("a", 100, "use=residential"), home("b", 200, ""), door("d1", 105, 505, "step_free=true"), door("d2", 205, 505, "step_free=false"))),
				want: "? 50..100 = 1/2; made d1; unknown d2; lacks features of layer buildings that do not tell the use: 1"},
			{name: "beside the house", in: onWays(town("", street, home("a", 100, "use=residential"), door("d1", 130, 510, "step_free=true"))),
				want: "? = 0/0; lacks 1 doors belong to no building"},
			{name: "nobody lives there", in: onWays(town("", street, home("a", 100, "use=school"), door("d1", 105, 505, "step_free=true"))), want: "? = 0/0"},
			{name: "no network", in: offWays(town("", street, home("a", 100, "use=residential"), door("d1", 105, 505, ""))), want: "?; lacks there is no network"},
			{name: "no doors", in: onWays(town("", street, home("a", 100, "use=residential"))), want: "?; lacks layer entrances holds no doors of buildings in the community"},
		},
	}
}

func nearExamples() map[string][]example {
	home := func(id string, x float64, more string) layered {
		return feature("buildings", id, square(x, 100, 10), more)
	}
	bin := at("devices", "bin", 0, 105, "kind=waste_bin")
	lamp := at("devices", "lamp", 0, 105, "kind=lamp")
	shop := at("facilities", "f", 0, 105, "category=commerce/pharmacy")
	club := at("facilities", "club", 500, 500, "category=sport/pitch")
	noFacility := "?; lacks layer facilities holds no facilities in the community"
	near := "categories=commerce,care/canteen radius_m=50 "
	return map[string][]example{
		"waste.near_share": {
			{name: "walls and doors", in: town("", bin, home("a", 50, "households=10"), home("b", 51, "households=10"), home("c", 20, "households=20"), at("entrances", "d", 30, 105, ""), at("entrances", "e", 30, 104, "of=b")),
				params: params("radius_m=50"), want: "100 = 40/40; made a b c bin"},
			{name: "beyond", in: town("", bin, home("a", 50, "households=10"), home("b", 51, "households=30"), home("c", 90, "use=school")), params: params("radius_m=50"), want: "25 = 10/40; made a bin; failed b"},
			{name: "other devices", in: town("", lamp, home("a", 50, "households=10")), params: params("radius_m=50"), want: "0 = 0/10; failed a", notes: []string{"there is no waste bin among the devices"}},
			{name: "households unknown", in: town("", bin, home("a", 50, "households=10"), home("b", 90, "use=residential")), params: params("radius_m=50"),
				want: "? 0..100; made a bin; unknown b; " + noHouseholds + "1"},
			{name: "no devices", in: town("", home("a", 50, "households=10")), params: params("radius_m=50"), want: "?; lacks layer devices holds no waste bins in the community"},
			{name: "no buildings", in: town("", bin), params: params("radius_m=50"), want: "?; made bin; " + noHouses},
		},
		"facilities.near_share": {
			{name: "households", in: town("", shop, club, home("a", 50, "households=10"), home("b", 51, "households=30")), params: params(near), want: "25 = 10/40; made a f; failed b"},
			{name: "elders", in: town("", shop, home("a", 50, "residents_60plus=3"), home("b", 51, "residents_60plus=1"), home("c", 90, "households=0")), params: params(near + "weight=residents_60plus"),
				want: "75 = 3/4; made a f; failed b"},
			{name: "residents", in: town("", shop, home("a", 50, "residents=30"), home("b", 51, "residents=10")), params: params(near + "weight=residents"), want: "75 = 30/40; made a f; failed b"},
			// d has households, e and g may be lived in: 2 of 4 if only g is, 3 of 4 if only e.
			{name: "buildings", in: town("", shop, home("a", 50, "use=residential"), home("b", 60, "use=residential"), home("c", 40, "use=office"), home("d", 20, "households=2"), home("e", 10, ""), home("g", 90, "")),
				params: params(near + "weight=buildings"),
				want:   "? 50..75; made a d f; failed b; unknown e g; " + noUse + "2"},
			{name: "all reach it, whoever they are", in: town("", shop, home("a", 50, "households=10"), home("b", 20, "")), params: params(near), want: "100; made a f; unknown b",
				notes: []string{"features of layer buildings that do not tell the number of households: 1"}},
			{name: "not open", in: town("", at("facilities", "f", 0, 105, "category=commerce/pharmacy foot=private"), home("a", 50, "households=10")), params: params(near),
				want: "0 = 0/10; failed a", notes: []string{"there is no commerce or care/canteen in or around the community"}},
			{name: "a facility without a category", in: town("", at("facilities", "x", 0, 105, "name=unknown"), home("a", 50, "households=10"), home("b", 51, "households=30")), params: params(near),
				want: "? 0..25 = 0/40; failed b; unknown a; lacks features of layer facilities that do not tell the category: 1"},
			{name: "nobody lives there", in: town("", shop, home("a", 50, "use=school")), params: params(near), want: "? = 0/0; made f"},
			{name: "no facilities", in: town("", home("a", 50, "households=10")), params: params(near), want: noFacility},
		},
		"facilities.apart": {
			// From the edge of the hall, 3-4-5.
			{name: "nearest pair", in: town("", feature("facilities", "hall", square(100, 100, 10), "category=service/service_centre"), at("facilities", "p1", 113, 114, "category=culture/plaza"), at("facilities", "p2", 200, 200, "category=culture/plaza")),
				params: params("from=culture/plaza to=service"), want: "5; made hall p1"},
			{name: "one within the other", in: town("", feature("facilities", "hall", square(100, 100, 10), "category=service/service_centre"), at("facilities", "p1", 105, 105, "category=culture/plaza")),
				params: params("from=culture/plaza to=service"), want: "0; made hall p1"},
			{name: "one is missing", in: town("", club, shop), params: params("from=sport to=care"), want: "?; lacks the community has no care to measure to"},
			{name: "only one", in: town("", club), params: params("from=sport to=sport/pitch"), want: "?; lacks the community has no sport to measure to; lacks the community has no sport/pitch to measure to"},
			{name: "nothing", in: town(""), params: params("from=sport to=care"), want: noFacility},
		},
		"rescue.station_share": {
			{name: "known", in: town("", at("facilities", "f", 0, 105, "category=rescue/fire_station foot=private"), home("a", 50, ""), home("b", 51, "use=school")), params: params("distance_m=50"),
				want: "50 = 1/2; made a f; failed b"},
			{name: "categories", in: town("", shop, home("a", 50, "")), params: params("distance_m=50 categories=commerce"), want: "100 = 1/1; made a f"},
			{name: "none", in: town("", shop, home("a", 50, "")), params: params("distance_m=50"), want: "0 = 0/1; failed a", notes: []string{"there is no rescue in or around the community"}},
			{name: "a facility without a category", in: town("", at("facilities", "x", 0, 105, "name=unknown"), home("a", 50, ""), home("b", 51, "")), params: params("distance_m=50"),
				want: "? 0..50 = 0/2; failed b; unknown a; lacks features of layer facilities that do not tell the category: 1"},
			{name: "no facilities", in: town("", home("a", 50, "")), params: params("distance_m=50"), want: noFacility},
			{name: "no buildings", in: town("", shop), params: params("distance_m=50"), want: "?; " + noHouses},
		},
	}
}
