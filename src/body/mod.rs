//! Bodies made readable: content coding taken off, form fields, XML, text and hex. For display only: signatures are over
//! the bytes as they came.
