// Package demotest holds the demo community against what the rest of the product
// expects of data: the schemas of the layers, the list of categories, and the
// format of height grids. The demo itself may not know any of them.
package demotest

import (
	"testing"

	"yiju/data/demo"
	"yiju/data/standards"
	"yiju/geo"
	"yiju/layers"
)

func features(t *testing.T, layer string) []geo.Feature {
	t.Helper()
	out, err := demo.Features(layer)
	if err != nil {
		t.Fatal(err)
	}
	if len(out) == 0 {
		t.Fatalf("layer %s is empty", layer)
	}
	return out
}

func TestFeaturesPassTheirSchema(t *testing.T) {
	for _, layer := range demo.Layers() {
		schema, declared := layers.Schema(layer)
		if !declared {
			t.Errorf("layer %s is not declared", layer)
			continue
		}
		last := ""
		for _, f := range features(t, layer) {
			for _, p := range schema.Check(&f) {
				t.Error(p)
			}
			if f.ID <= last {
				t.Errorf("%s: %q comes after %q", layer, f.ID, last)
			}
			last = f.ID
			checkCodes(t, &schema, &f)
			if f.Source.Name != demo.SourceName {
				t.Errorf("%s/%s does not say that it is invented", layer, f.ID)
			}
		}
	}
}

// checkCodes is stricter than the schema: the demo uses no code that the product
// does not know, even where a file from elsewhere might.
func checkCodes(t *testing.T, schema *geo.Schema, f *geo.Feature) {
	t.Helper()
	for _, field := range schema.Fields {
		v, given := f.Text(field.Name)
		if !given || len(field.Codes) == 0 {
			continue
		}
		known := false
		for _, c := range field.Codes {
			known = known || c.Value == v
		}
		if !known {
			t.Errorf("%s/%s: %s %q is not among the known codes", schema.Layer, f.ID, field.Name, v)
		}
	}
}

// Every input layer is shown, and every field of each of them at least once.
func TestEveryLayerAndFieldIsShown(t *testing.T) {
	for _, schema := range layers.Schemas() {
		if schema.Kind != geo.Input || layers.Planning(schema.Layer) {
			continue
		}
		all, err := demo.Features(schema.Layer)
		if err != nil {
			t.Errorf("%s: %v", schema.Layer, err)
			continue
		}
		for _, field := range schema.Fields {
			used := false
			for i := range all {
				used = used || all[i].Attributes[field.Name] != nil
			}
			if !used {
				t.Errorf("%s.%s is never filled", schema.Layer, field.Name)
			}
		}
	}
}

func TestCategoriesAreKnown(t *testing.T) {
	groups, err := standards.Groups()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range features(t, "facilities") {
		category, _ := f.Text("category")
		if _, known := standards.CategoryTitle(groups, category); !known {
			t.Errorf("%s: category %q is not known", f.ID, category)
		}
	}
}

// References between features lead somewhere.
func TestReferencesLeadSomewhere(t *testing.T) {
	ids := make(map[string]bool)
	for _, layer := range demo.Layers() {
		for _, f := range features(t, layer) {
			ids[f.ID] = true
		}
	}
	for layer, field := range map[string]string{"entrances": "of", "cells": "on_building", "settings": "community"} {
		for _, f := range features(t, layer) {
			if to, given := f.Text(field); given && !ids[to] {
				t.Errorf("%s/%s: %s %q is not there", layer, f.ID, field, to)
			}
		}
	}
}
