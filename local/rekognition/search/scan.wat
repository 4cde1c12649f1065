;; Finds vectors near a query. A vector is 128 floats, 512 bytes; the vectors follow one another in memory.
(module
  (import "index" "memory" (memory 1 65536 shared))

  ;; Compares each vector from $vector up to $end with $query. Writes the address and the squared distance of each that
  ;; is not farther than $bound to $found, 8 bytes each, and returns the address after the last one.
  (func (export "scan")
    (param $query i32) (param $found i32) (param $vector i32) (param $end i32) (param $bound f32)
    (result i32)
    (local $v i32) (local $q i32) (local $difference v128) (local $distance f32)
    ;; Four sums that do not wait for one another.
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $vectors
      (if (i32.lt_u (local.get $vector) (local.get $end))
        (then
          (local.set $a (v128.const f32x4 0 0 0 0))
          (local.set $b (v128.const f32x4 0 0 0 0))
          (local.set $c (v128.const f32x4 0 0 0 0))
          (local.set $d (v128.const f32x4 0 0 0 0))
          (local.set $v (local.get $vector))
          (local.set $q (local.get $query))
          (loop $parts
            (local.set $difference (f32x4.sub (v128.load (local.get $v)) (v128.load (local.get $q))))
            (local.set $a (f32x4.relaxed_madd (local.get $difference) (local.get $difference) (local.get $a)))
            (local.set $difference (f32x4.sub (v128.load offset=16 (local.get $v)) (v128.load offset=16 (local.get $q))))
            (local.set $b (f32x4.relaxed_madd (local.get $difference) (local.get $difference) (local.get $b)))
            (local.set $difference (f32x4.sub (v128.load offset=32 (local.get $v)) (v128.load offset=32 (local.get $q))))
            (local.set $c (f32x4.relaxed_madd (local.get $difference) (local.get $difference) (local.get $c)))
            (local.set $difference (f32x4.sub (v128.load offset=48 (local.get $v)) (v128.load offset=48 (local.get $q))))
            (local.set $d (f32x4.relaxed_madd (local.get $difference) (local.get $difference) (local.get $d)))
            (local.set $v (i32.add (local.get $v) (i32.const 64)))
            (local.set $q (i32.add (local.get $q) (i32.const 64)))
            (br_if $parts (i32.lt_u (local.get $q) (i32.add (local.get $query) (i32.const 512)))))
          (local.set $a (f32x4.add (f32x4.add (local.get $a) (local.get $b)) (f32x4.add (local.get $c) (local.get $d))))
          (local.set $distance
            (f32.add
              (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
              (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
          (if (f32.le (local.get $distance) (local.get $bound))
            (then
              (i32.store (local.get $found) (local.get $vector))
              (f32.store offset=4 (local.get $found) (local.get $distance))
              (local.set $found (i32.add (local.get $found) (i32.const 8)))))
          (local.set $vector (i32.add (local.get $vector) (i32.const 512)))
          (br $vectors))))
    (local.get $found)))
