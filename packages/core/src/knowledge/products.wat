;; Products of vectors of 32-bit floats, eight numbers at a time. Read by products.ts.
(module
  ;; 16 MiB, of which only what is used becomes real.
  (memory (export "memory") 256)

  ;; Of the vector at 0, which is `length` bytes long, filled up with zeros to a multiple of 32, with each of `count` vectors
  ;; from `from`. They stand `stride` bytes apart: what is read beyond one of them is multiplied by those zeros. One number
  ;; each is written from `to`. Neither `length` nor `count` may be 0.
  (func (export "products")
    (param $length i32) (param $from i32) (param $stride i32) (param $count i32) (param $to i32)
    (local $at i32) (local $other i32)
    ;; A processor adds to one sum only after the one before: two sums of four numbers keep it busy.
    (local $one v128) (local $two v128)
    (loop $vectors
      (local.set $at (i32.const 0))
      (local.set $other (local.get $from))
      (local.set $one (v128.const f32x4 0 0 0 0))
      (local.set $two (v128.const f32x4 0 0 0 0))
      (loop $numbers
        (local.set $one (f32x4.add (local.get $one)
          (f32x4.mul (v128.load (local.get $at)) (v128.load (local.get $other)))))
        (local.set $two (f32x4.add (local.get $two)
          (f32x4.mul (v128.load offset=16 (local.get $at)) (v128.load offset=16 (local.get $other)))))
        (local.set $other (i32.add (local.get $other) (i32.const 32)))
        (local.set $at (i32.add (local.get $at) (i32.const 32)))
        (br_if $numbers (i32.lt_u (local.get $at) (local.get $length))))
      (local.set $one (f32x4.add (local.get $one) (local.get $two)))
      (f32.store (local.get $to) (f32.add
        (f32.add (f32x4.extract_lane 0 (local.get $one)) (f32x4.extract_lane 1 (local.get $one)))
        (f32.add (f32x4.extract_lane 2 (local.get $one)) (f32x4.extract_lane 3 (local.get $one)))))
      (local.set $from (i32.add (local.get $from) (local.get $stride)))
      (local.set $to (i32.add (local.get $to) (i32.const 4)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (br_if $vectors (local.get $count)))))
